import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { assertNoCanary, searchesSoFar, type WhatLeft } from './assert-no-canary.ts';
import { makeCanaries, plantProject } from './canaries.ts';

const canaries = makeCanaries();
const planted = Object.values(canaries);
// What encodings differ about, all over the value: in each half, and for base64 at each alignment.
const awkward = {
  name: 'awkward',
  value: canaries.envPassword.value.replaceAll(/./g, '$&/"+\\ ~ÿ?>&'),
};
const all = [...planted, awkward];

const utf8 = (value: string) => Buffer.from(value);
const percent = (value: string) =>
  [...utf8(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const WRITERS: Record<string, (value: string) => string | Uint8Array> = {
  raw: (value) => value,
  'raw, in the middle': (value) => `{"a":"${'x'.repeat(1000)} ${value}y`,
  'as a JSON string': (value) => JSON.stringify({ text: value }),
  'as a JSON string with escaped slashes': (value) => JSON.stringify({ text: value }).replaceAll('/', '\\/'),
  'as JSON in JSON': (value) => JSON.stringify({ text: JSON.stringify({ value }) }),
  'as \\u escapes': (value) =>
    value.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'in a URL': (value) => `https://example.com/?q=${encodeURIComponent(value)}&r`,
  'in a URL, in lower case': (value) =>
    encodeURIComponent(value).replaceAll(/%../g, (code) => code.toLowerCase()),
  'in a form': (value) => new URLSearchParams({ q: value }).toString(),
  'percent-encoded throughout': percent,
  'percent-encoded throughout in upper case': (value) => percent(value).toUpperCase(),
  hex: (value) => utf8(value).toString('hex'),
  'upper-case hex': (value) => utf8(value).toString('hex').toUpperCase(),
  base64: (value) => utf8(value).toString('base64'),
  'base64 one byte on': (value) => utf8(`x${value}yz`).toString('base64'),
  'base64 two bytes on': (value) => utf8(`xx${value}`).toString('base64'),
  base64url: (value) => utf8(value).toString('base64url'),
  'base64url one byte on': (value) => utf8(`x${value}`).toString('base64url'),
  'base64url two bytes on': (value) => utf8(`xx${value}z`).toString('base64url'),
  'base64 wrapped at 60 columns': (value) =>
    utf8(`x${value}`).toString('base64').replaceAll(/.{60}/g, '$&\n'),
  gzip: (value) => gzipSync(`a ${value}`),
  zstd: (value) => zstdCompressSync(Buffer.from(`a ${value}`)),
  'zstd cut short, after something else': (value) => {
    const frame = zstdCompressSync(Buffer.concat([utf8(value), utf8('z'.repeat(200_000))]));
    return Buffer.concat([utf8('log line\n'), frame]);
  },
  'base64 in gzip in zstd': (value) => zstdCompressSync(gzipSync(utf8(value).toString('base64'))),
};

describe('a leak is seen', () => {
  const cases = Object.entries(WRITERS).flatMap(([how, write]) =>
    all.map((canary) => ({ how, write, canary })),
  );

  test.each(cases)('$canary.name $how', ({ write, canary }) => {
    const check = () => assertNoCanary({ canaries: [canary], streams: { stdout: write(canary.value) } });
    expect(check).toThrow(/got out[^]*in stdout/);
  });

  test('line by line', () => {
    const [, body] = canaries.kubeClientKey.value.split('\n');
    const check = () =>
      assertNoCanary({ canaries: [canaries.kubeClientKey], streams: { log: `1 | ${body}` } });
    expect(check).toThrow('kubeconfig client key, raw, in log');
  });

  test.each(['front', 'back'])('when only its %s got out', (part) => {
    const { value } = canaries.githubToken;
    const shown = part === 'front' ? value.slice(0, -10) : value.slice(10);
    expect(() => assertNoCanary({ canaries: planted, streams: { out: shown } })).toThrow(
      'GitHub token, raw, in out',
    );
  });
});

describe('in directories', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hallpass-canary-'));
    mkdirSync(join(directory, 'a/b'), { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const { value } = canaries.stripeKey;
  test.each<[string, (root: string) => void, string]>([
    ['a file', (root) => writeFileSync(join(root, 'a/b/log.jsonl'), `x${value}`), 'a/b/log.jsonl at byte 1'],
    [
      'a packed file',
      (root) => writeFileSync(join(root, 'a/0'), zstdCompressSync(Buffer.from(value))),
      'a/0, unpacked',
    ],
    ['the name of a file', (root) => writeFileSync(join(root, 'a', value), ''), 'a name in'],
    ['the name of a directory', (root) => mkdirSync(join(root, value)), 'a name in'],
    ['the target of a link', (root) => symlinkSync(value, join(root, 'a/link')), 'the target of'],
  ])('%s gives it away', (_, leak, where) => {
    expect(() => assertNoCanary({ canaries: planted, directories: [directory] })).not.toThrow();
    leak(directory);
    expect(() => assertNoCanary({ canaries: planted, directories: [directory] })).toThrow(where);
  });

  test('a file that claims to be packed and cannot be unpacked is not waved through', () => {
    writeFileSync(
      join(directory, 'chunk'),
      Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.alloc(40, 0xff)]),
    );
    expect(() => assertNoCanary({ canaries: planted, directories: [directory] })).toThrow(
      'could not be looked into',
    );
  });

  test('the planted project itself gives away everything that is in it', async () => {
    await plantProject(directory, canaries);
    const check = () => assertNoCanary({ canaries: planted, directories: [directory] });
    for (const name of [
      'GitHub token',
      'private key',
      'kubeconfig client key',
      'database password',
      'npm token',
    ]) {
      expect(check).toThrow(name);
    }
  });
});

describe('a search of nothing', () => {
  test.each<[string, WhatLeft]>([
    ['for nothing', { canaries: [], streams: { stdout: 'something' } }],
    ['nowhere', { canaries: planted }],
    ['of streams that nobody wrote to', { canaries: planted, streams: { stdout: '', stderr: '' } }],
  ])('%s is a failure, and does not count', (_, left) => {
    const before = searchesSoFar();
    expect(() => assertNoCanary(left)).toThrow('nothing was searched');
    expect(searchesSoFar()).toBe(before);
  });

  test('while one that found nothing counts', () => {
    const before = searchesSoFar();
    assertNoCanary({ canaries: planted, streams: { stdout: 'something' } });
    expect(searchesSoFar()).toBe(before + 1);
  });
});

describe('an exemption', () => {
  const streams = { stdout: `a ${canaries.npmToken.value}`, stderr: 'b' };
  const exemption = { canary: 'npm token', where: /^stdout$/, because: 'it was asked for' };

  test('lets one canary be in one place, and says that it did', () => {
    const { exempted } = assertNoCanary({ canaries: planted, streams, exempt: [exemption] });
    expect([...exempted]).toEqual([exemption]);
    const { exempted: none } = assertNoCanary({
      canaries: planted,
      streams: { stdout: 'clean' },
      exempt: [exemption],
    });
    expect(none.size).toBe(0);
  });

  test.each([
    ['another canary', { stdout: canaries.slackToken.value }],
    ['another place', { stderr: canaries.npmToken.value }],
    ['what is packed in its place', { stdout: gzipSync(canaries.npmToken.value) }],
  ])('does not excuse %s', (_, more) => {
    const left = { canaries: planted, streams: { ...streams, ...more }, exempt: [exemption] };
    expect(() => assertNoCanary(left)).toThrow('got out');
  });
});

describe('the report', () => {
  test('never repeats the value, nor a name that holds it', () => {
    const report = (() => {
      try {
        assertNoCanary({ canaries: all, streams: Object.fromEntries(all.map((c, i) => [`s${i}`, c.value])) });
      } catch (error) {
        return String(error);
      }
      return '';
    })();
    expect(report).toContain('GitHub token, raw, in s0 at byte 0');
    expect(() => assertNoCanary({ canaries: all, streams: { report } })).not.toThrow();
  });

  test('is silent about other secrets and about placeholders', () => {
    const others = Object.values(makeCanaries()).map((canary) => canary.value);
    const streams = {
      others: others.join('\n'),
      masked: 'hpm_github_4fzz1k20ab',
      line: '-----BEGIN PRIVATE KEY-----',
    };
    expect(() => assertNoCanary({ canaries: all, streams })).not.toThrow();
  });

  test('refuses a canary too short to mean anything', () => {
    expect(() => assertNoCanary({ canaries: [{ name: 'x', value: 'short' }] })).toThrow('too short');
  });
});
