import { describe, expect, test } from 'vitest';

import { type ClassName, TOKEN } from '../../../src/core/mask/bytes.ts';
import { createDetector } from '../../../src/core/mask/detect.ts';
import { githubChecksum, isGithubChecksum } from '../../../src/core/mask/rules/checksums.ts';
import { VENDOR_RULES } from '../../../src/core/mask/rules/vendors.ts';
import { bytes, random } from './fixtures.ts';

const UUID = '<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>';
const SHAPES = VENDOR_RULES.flatMap((rule) =>
  rule.shapes.map((shape) => ({ id: rule.id, shape, near: rule.near?.[0] ?? 'the' })),
);

describe('every vendor format', () => {
  test.each(SHAPES)('$id: $shape', ({ id, shape, near }) => {
    const [first, second] = [token(shape, 3), token(shape, 11)];
    expect(first).not.toBe(second);
    for (const positive of [first, second]) {
      const text = around(shape, near, positive);
      const at = text.indexOf(positive);
      expect(spansOf(id, shape, text), 'positive').toContainEqual([at + leadOf(shape), at + positive.length]);
    }
    for (const miss of [
      tooShort(shape),
      `${token(shape, 5).replace(firstLiteral(shape), misspelled(shape))}#`,
    ]) {
      const text = around(shape, near, miss);
      expect(
        spansOf(id, shape, text).filter(([start, end]) => end - start >= miss.length),
        'near miss',
      ).toEqual([]);
    }
  });

  test('has an id that fits into a placeholder, a source, and is there once', () => {
    expect(new Set(VENDOR_RULES.map((rule) => rule.id)).size).toBe(VENDOR_RULES.length);
    for (const rule of VENDOR_RULES) {
      expect(rule.id).toMatch(/^[a-z0-9_]+$/);
      expect(rule.source).toMatch(/^https:\/\//);
    }
    expect(VENDOR_RULES.length).toBeGreaterThanOrEqual(40);
  });

  test('begins where a word begins, also right after an escape', () => {
    const key = token('ghp_<alnum:36>', 4);
    for (const before of ['\\n', '\\t', '%3D', '\\u003d', '"', '=', '_', '(']) {
      expect(spansOf('github_pat', undefined, `x${before}${key}`), before).toHaveLength(1);
    }
    expect(spansOf('github_pat', undefined, `x${key}`)).toEqual([]);
  });

  test('begins where a terminal changes its colour', () => {
    const key = token('ghp_<alnum:36>', 4);
    for (const before of ['\u001b[31m', '\u001b[01;31m\u001b[K', '\\u001b[0m', '\u001b[38;5;1m', '[m'])
      expect(spansOf('github_pat', undefined, `x${before}${key}`), before).toHaveLength(1);
    for (const before of ['m', '31m', 'a[xm', `[${'1'.repeat(40)}m`])
      expect(spansOf('github_pat', undefined, `x${before}${key}`), before).toEqual([]);
  });

  test('leaves alone what documentation writes', () => {
    for (const dummy of [
      `${['AK', 'IA'].join('')}IOSFODNN7EXAMPLE`,
      `ghp_${'x'.repeat(36)}`,
      `ghp_${'a'.repeat(36)}`,
    ]) {
      expect(createDetector().detect(bytes(`key ${dummy} end`))).toEqual([]);
    }
  });
});

test('a GitHub checksum is verified, and a token that fails it is still masked', () => {
  const body = random('alnum', 30);
  const good = ['ghp', body + githubChecksum(body)].join('_');
  expect(isGithubChecksum(good)).toBe(true);
  expect(isGithubChecksum(good.replace(/.$/, (c) => (c === 'a' ? 'b' : 'a')))).toBe(false);
  expect(spansOf('github_pat', undefined, good)).toHaveLength(1);
  expect(spansOf('github_pat', undefined, ['ghp', random('alnum', 36)].join('_'))).toHaveLength(1);
});

function spansOf(id: string, shape: string | undefined, text: string): [number, number][] {
  const found = detectorOf(id, shape).detect(bytes(text));
  return found.filter(({ rule }) => rule === id).map(({ start, end }) => [start, end]);
}

const detectors = new Map<string, ReturnType<typeof createDetector>>();

// Only the shape in question: another of the same vendor may well match its near miss.
function detectorOf(id: string, shape: string | undefined): ReturnType<typeof createDetector> {
  const key = `${id} ${shape}`;
  const known = detectors.get(key);
  if (known !== undefined) return known;
  const rules = VENDOR_RULES.filter((rule) => rule.id === id);
  const detector = createDetector({
    rules: shape === undefined ? rules : rules.map((rule) => Object.assign({}, rule, { shapes: [shape] })),
  });
  detectors.set(key, detector);
  return detector;
}

function token(shape: string, seed: number, shorten = 0): string {
  let n = seed;
  let left = shorten;
  return shape
    .replaceAll('<uuid>', UUID)
    .replaceAll(/<(\w+):(\d+)(?:-(\d+)|\+)?>/g, (_, members: string, min: string) => {
      const count = Math.max(0, Number(min) - left);
      left = Math.max(0, left - Number(min));
      return random(members as ClassName, count, n++);
    });
}

// A shape without a literal is one only as the value of a name.
function around(shape: string, near: string, value: string): string {
  return firstLiteral(shape) === '' ? `${near} = "${value}"` : `${near} ${value}, end`;
}

// What no token may hold is searched for and isn't part of one: the scheme in front of a header's value.
function leadOf(shape: string): number {
  const literal = shape.split('<')[0]?.slice(0, 6) ?? '';
  return bytes(literal.slice(0, -1)).findLastIndex((byte) => TOKEN[byte] !== 1) + 1;
}

function tooShort(shape: string): string {
  return token(shape, 7, 1);
}

function firstLiteral(shape: string): string {
  return (
    shape
      .replaceAll('<uuid>', UUID)
      .split(/<[^>]+>/)
      .find((literal) => literal.length >= 2) ?? ''
  );
}

function misspelled(shape: string): string {
  return firstLiteral(shape).replace(/.$/, '#') || '#';
}
