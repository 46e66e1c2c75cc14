import { randomBytes } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { drainStderr } from '../../src/app/drain-stderr.ts';
import { Exceptions } from '../../src/core/mask/exceptions.ts';
import { KnownValues } from '../../src/core/mask/known-values.ts';
import { createMasker } from '../../src/core/mask/masker.ts';
import { Placeholders } from '../../src/core/mask/placeholders.ts';
import type { RecordBody } from '../../src/core/session/event.ts';
import { randomChunkings } from '../helpers/chunks.ts';
import { githubToken } from '../core/mask/fixtures.ts';
import { centralRules } from './policy/central-fixtures.ts';

const secret = `S3cr-${randomBytes(12).toString('hex')}`;
const placeholders = new Placeholders(randomBytes(32));
const known = new KnownValues();
known.add(secret, 'the test');
const masker = createMasker({ known, placeholders });
const placeholder = placeholders.issue('known', Buffer.from(secret));

function drained(): {
  take: (chunk: Uint8Array | undefined) => void;
  log: { body: RecordBody; payload: Buffer }[];
  shown: (Buffer | undefined)[];
  notes: string[];
  fail: (error?: Error) => void;
} {
  const log: { body: RecordBody; payload: Buffer }[] = [];
  const shown: (Buffer | undefined)[] = [];
  const notes: string[] = [];
  let fault: Error | undefined;
  const take = drainStderr({
    masker,
    record: (body, payload = new Uint8Array()) => {
      if (fault !== undefined) throw fault;
      log.push({ body, payload: Buffer.from(payload) });
    },
    show: (masked) => void shown.push(masked && Buffer.from(masked)),
    note: (line) => void notes.push(line),
  });
  return { take, log, shown, notes, fail: (error) => void (fault = error) };
}

const joined = (pieces: readonly (Buffer | undefined)[]): string =>
  Buffer.concat(pieces.flatMap((piece) => piece ?? [])).toString();

const TEXT = `starting\n${secret}\nsaid ${secret}; é ${secret}${secret}\ndone\n`;
const MASKED = TEXT.replaceAll(secret, placeholder);

test('however it is cut, what is shown and recorded is the masked text', () => {
  for (const chunks of randomChunkings(Buffer.from(TEXT), { count: 300 })) {
    const { take, log, shown } = drained();
    for (const chunk of chunks) take(chunk);
    take(undefined);
    expect(joined(shown)).toBe(MASKED);
    expect(shown.at(-1)).toBeUndefined();
    expect(joined(log.map(({ payload }) => payload))).toBe(MASKED);
  }
});

test('each finding says where in its payload the placeholder stands', () => {
  for (const chunks of randomChunkings(Buffer.from(TEXT), { count: 300 })) {
    const { take, log } = drained();
    for (const chunk of chunks) take(chunk);
    take(undefined);
    let found = 0;
    for (const { body, payload } of log) {
      if (body.kind !== 'stderr') throw new Error('another kind of event');
      for (const { at } of body.findings) {
        const [start, end] = at.split('-').map(Number);
        expect(payload.subarray(start, end).toString()).toBe(placeholder);
        found += 1;
      }
    }
    expect(found).toBe(4);
  }
});

test('what an exception lets pass is told of with its place in the payload, wherever it is cut', () => {
  const value = githubToken();
  const exception = { placeholder: placeholders.issue('x', Buffer.from(value)), rule: undefined };
  const by = createMasker({ known, placeholders, exceptions: new Exceptions([exception]) });
  for (const chunks of randomChunkings(Buffer.from(`${secret} ${value}\n${value} ${secret}\n`), {
    count: 100,
  })) {
    const told: string[] = [];
    const record = (body: RecordBody, payload?: Uint8Array): void => {
      for (const { at } of (body.kind === 'stderr' && body.excepted) || []) {
        const [start, end] = at.split('-').map(Number);
        told.push(
          Buffer.from(payload ?? [])
            .subarray(start, end)
            .toString(),
        );
      }
    };
    const take = drainStderr({ masker: by, record, show: () => undefined, note: () => undefined });
    for (const chunk of chunks) take(chunk);
    take(undefined);
    expect(told).toEqual([value, value]);
  }
});

describe('when the log can not be written', () => {
  test('nothing more is shown, it is said once, and reading goes on', () => {
    const { take, shown, notes, log, fail } = drained();
    take(Buffer.from('before\n'));
    fail(new Error('full'));
    for (let i = 0; i < 3; i += 1) take(Buffer.from(`lost ${secret}\n`));
    fail();
    take(Buffer.from('after\n'));
    take(undefined);
    expect(joined(shown)).toBe('before\n');
    expect(log).toHaveLength(1);
    expect(notes).toEqual([expect.stringContaining('no longer')]);
  });
});

test('nothing said is nothing recorded', () => {
  const { take, log, shown } = drained();
  take(new Uint8Array());
  take(undefined);
  expect(log).toEqual([]);
  expect(shown).toEqual([undefined]);
});

test('from the next line on it is masked by the rules that are in force then', () => {
  const live = createMasker({ placeholders });
  const shown: string[] = [];
  const records: { at: string; payload: string }[] = [];
  const take = drainStderr({
    masker: live,
    record: (body, payload = new Uint8Array()) => {
      const [finding] = 'findings' in body ? (body.findings ?? []) : [];
      records.push({ at: finding?.at ?? '', payload: Buffer.from(payload).toString() });
    },
    show: (masked) => void shown.push(Buffer.from(masked ?? []).toString()),
    note: () => undefined,
  });
  take(Buffer.from('one EMP-1234\n'));
  live.use(centralRules('EMP-[0-9]{4}'));
  take(Buffer.from('two EMP-1234\n'));
  take(undefined);
  expect(shown.join('')).toMatch(/^one EMP-1234\ntwo hpm_central_r0_\w+\n$/);
  const found = records.find(({ at }) => at !== '');
  const [start = 0, end = 0] = found?.at.split('-').map(Number) ?? [];
  expect(found?.payload.slice(start, end)).toMatch(/^hpm_central_r0_\w+$/);
});

test('rules that come while something is held back mask that, too, wherever it is cut', () => {
  const said = Buffer.from('two EMP-1234\n');
  // From here on the number is not out, whatever of it was read.
  for (let cut = 'two '.length; cut < said.length - 1; cut += 1) {
    const live = createMasker({ placeholders });
    const shown: Buffer[] = [];
    const record = (): void => undefined;
    const show = (masked: Uint8Array | undefined): void => void shown.push(Buffer.from(masked ?? []));
    const take = drainStderr({ masker: live, record, show, note: () => undefined });
    take(Buffer.concat([Buffer.from(`${'key'} = `), said.subarray(0, cut)]));
    const out = Buffer.concat(shown).toString();
    live.use(centralRules('EMP-[0-9]{4}'));
    take(said.subarray(cut));
    take(undefined);
    expect(Buffer.concat(shown).toString().slice(out.length)).not.toContain('1234');
  }
});
