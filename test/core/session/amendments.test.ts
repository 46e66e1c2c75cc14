import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { canonical } from '../../../src/core/session/canonical.ts';
import { NO_COUNTS } from '../../../src/core/session/counts.ts';
import { parseLine } from '../../../src/core/session/line.ts';
import { LogWalk } from '../../../src/core/session/log-walk.ts';
import { endsEarlier, summarize, summarySteps } from '../../../src/core/session/summary.ts';

const DEVICE = { kind: 'device', key: 'SHA256:d' };
const OWN = { kind: 'ephemeral', key: 'SHA256:e' };
const OTHER = { kind: 'ephemeral', key: 'SHA256:f' };

const start = (signer: object) => ({
  kind: 'start',
  format: 'hallpass-session/1',
  session: '7k2m9q4xw1ab',
  session_kind: 'run',
  connection: 'c',
  subject: 's',
  workspace: 'w',
  upstream: 'u',
  policy: 'guard',
  attended: true,
  versions: { hallpass: '1', node: '24' },
  signer,
});
const END = { kind: 'end', reason: 'done', counts: NO_COUNTS };
const note = (changes: object = {}) => ({ kind: 'note', text: 'seen', attended: false, ...changes });
const redact = (changes: object = {}) => ({ kind: 'redact', target: 0, reason: 'asked', ...changes });

function lines(bodies: readonly object[]): Buffer[] {
  return bodies.map((body, seq) => Buffer.from(canonical({ ...body, seq, time: 1_000 + seq, mono: seq })));
}

function walked(...bodies: object[]): LogWalk {
  const walk = new LogWalk();
  for (const line of lines(bodies)) walk.step(line);
  return walk;
}

describe('after the end of a log', () => {
  test.each<[string, object[], string | undefined]>([
    [
      'there may be notes and redactions',
      [start(DEVICE), END, note(), redact(), note({ target: 1 })],
      undefined,
    ],
    [
      'there may be a recovery, and then more',
      [
        start(DEVICE),
        END,
        note(),
        { kind: 'recovered', cut_bytes: 0, cut_payload_bytes: 0, lost_payloads: 0, signer: DEVICE },
        END,
        note(),
      ],
      undefined,
    ],
    ['a note before it has no place', [start(DEVICE), note(), END], 'line 2 comes before the end'],
    ['nor has a redaction', [start(DEVICE), redact(), END], 'line 2 comes before the end'],
    [
      'nothing else comes',
      [start(DEVICE), END, note(), { kind: 'error', code: 'c', message: 'm' }],
      'line 4 comes after the end',
    ],
    [
      'a note is of what is before it',
      [start(DEVICE), END, note({ target: 2 })],
      'line 3 is about what comes after it',
    ],
    [
      'and so is a redaction',
      [start(DEVICE), END, redact({ target: 2 })],
      'line 3 redacts what comes after it',
    ],
    ['one key of a session follows another', [start(OWN), END, note({ signer: OTHER })], undefined],
    [
      'the device’s key follows none of them',
      [start(OWN), END, note({ signer: DEVICE })],
      'line 3 hands the seal to a key of another kind',
    ],
    [
      'nor they the device’s',
      [start(DEVICE), END, redact({ signer: OWN })],
      'line 3 hands the seal to a key of another kind',
    ],
    [
      'nor one device’s key another’s',
      [start(DEVICE), END, redact({ signer: { kind: 'device', key: 'SHA256:x' } })],
      'line 3 hands the seal to a key of another kind',
    ],
  ])('%s', (_, bodies, problem) => {
    expect(walked(...bodies).finish(0)).toBe(problem);
  });

  test('the last word on the key counts', () => {
    expect(walked(start(OWN), END, note({ signer: OTHER }), note()).signer).toEqual(OTHER);
    expect(walked(start(DEVICE), END, note()).signer).toEqual(DEVICE);
    expect(walked(start(DEVICE), END, note(), note()).amended).toBe(1_003);
    expect(walked(start(DEVICE), END).amended).toBeUndefined();
  });
});

describe('a line', () => {
  const parsed = (body: object): unknown => parseLine(lines([body])[0] ?? Buffer.alloc(0))?.kind;

  test.each<[string, object, boolean]>([
    ['a note', note(), true],
    ['with a target and a key', note({ target: 3, signer: OWN }), true],
    ['as long as it may be', note({ text: 'é'.repeat(LIMITS.noteCharacters) }), true],
    ['longer', note({ text: 'x'.repeat(LIMITS.noteCharacters + 1) }), false],
    ['without text', { kind: 'note', attended: true }, false],
    ['of nobody knows whom', { kind: 'note', text: 'x' }, false],
    ['on what is no event', note({ target: -1 }), false],
    ['with a key that is none', note({ signer: { key: 'k' } }), false],
    ['a redaction', redact(), true],
    ['that says who asked', redact({ attended: false }), true],
    ['that says it in words', redact({ attended: 'yes' }), false],
  ])('%s', (_, body, isEvent) => {
    expect(parsed(body) !== undefined).toBe(isEvent);
  });
});

describe('a summary of an amended session', () => {
  const all = lines([start(DEVICE), END, note(), redact()]);
  const text = (from: number): Buffer =>
    Buffer.from(
      all
        .slice(from)
        .map((line) => `${line.toString()}\n`)
        .join(''),
    );
  const sum = (tail: Buffer) =>
    summarize({ session: '7k2m9q4xw1ab', head: text(0), tail, checkpoint: undefined, outcome: 'no-key' });

  test('has its end, wherever that is', () => {
    expect(sum(text(0))).toMatchObject({ ended_at: '1970-01-01T00:00:01.001Z', events: 4, findings: 0 });
    expect(endsEarlier(text(0))).toBe(false);
  });

  test('says where more has to be read for it', () => {
    expect(endsEarlier(text(2))).toBe(true);
    expect(endsEarlier(text(3))).toBe(true);
    expect(endsEarlier(Buffer.from('nonsense'))).toBe(false);
    expect(sum(text(2))).toMatchObject({ ended_at: null, events: 4 });
  });

  test('is made in steps, so that very many notes make nobody wait', () => {
    const notes = Array.from({ length: 300 }, () => note());
    const tail = Buffer.concat(
      lines([start(DEVICE), END, ...notes]).flatMap((line) => [line, Buffer.from('\n')]),
    );
    const ends = { session: '7k2m9q4xw1ab', head: text(0), tail, checkpoint: undefined } as const;
    const steps = summarySteps({ ...ends, outcome: 'no-key' });
    for (const _ of notes) expect(steps.next()).toEqual({ done: false });
    expect(steps.next()).toMatchObject({ done: true, value: { ended_at: '1970-01-01T00:00:01.001Z' } });
  });

  test('of what goes on after its end has none', () => {
    const recovered = {
      kind: 'recovered',
      cut_bytes: 0,
      cut_payload_bytes: 0,
      lost_payloads: 0,
      signer: DEVICE,
    };
    const tail = lines([start(DEVICE), END, recovered])
      .map((line) => `${line.toString()}\n`)
      .join('');
    expect(sum(Buffer.from(tail))).toMatchObject({ ended_at: null });
  });
});
