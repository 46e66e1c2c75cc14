import { randomBytes } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseInSlices, parseMessage, type ParsedMessage } from '../../../src/core/jsonrpc/envelope.ts';
import { JsonError } from '../../../src/core/jsonrpc/json-walk.ts';
import type { MessageType } from '../../../src/core/jsonrpc/positions.ts';
import { maskJson, maskJsonInSlices } from '../../../src/core/mask/json.ts';
import type { MaskedJson } from '../../../src/core/mask/masked-json.ts';
import { KnownValues } from '../../../src/core/mask/known-values.ts';
import { createMasker } from '../../../src/core/mask/masker.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { runWhole, type Slices } from '../../../src/core/slices.ts';
import { makeCanaries } from '../../helpers/canaries.ts';
import { chooser, spellJson } from '../../helpers/spell-json.ts';

const SECRETS = [randomBytes(15).toString('base64url'), `pä$$"w\\rd/${randomBytes(6).toString('hex')}`];
const { githubToken, slackToken } = makeCanaries();
const known = new KnownValues();
for (const value of SECRETS) known.add(value, 'the test');
const masker = createMasker({ known, placeholders: new Placeholders(randomBytes(32)) });

const TYPES: readonly MessageType[] = [
  { kind: 'request', method: 'initialize' },
  { kind: 'response', method: 'tools/call' },
  { kind: 'response', method: 'tools/list' },
  { kind: 'response', method: 'resources/read' },
];

interface Seen {
  readonly parsed?: ParsedMessage;
  readonly masked?: Omit<MaskedJson, 'bytes'> & { readonly bytes: string; readonly isSame: boolean };
  readonly error?: string;
  readonly offset?: number;
}

function see(raw: Uint8Array, parse: () => ParsedMessage, mask: () => MaskedJson): Seen {
  try {
    const parsed = parse();
    const masked = mask();
    const bytes = Buffer.from(masked.bytes).toString();
    return { parsed, masked: { ...masked, bytes, isSame: masked.bytes === raw } };
  } catch (error) {
    if (error instanceof JsonError) return { error: error.message, offset: error.offset };
    throw error;
  }
}

function whole(sliced: Uint8Array, type: MessageType, batch = false): Seen {
  // Bytes that have been read are not read again.
  const raw = Buffer.from(sliced);
  const input = { masker, typeOf: () => type, batch };
  return see(
    raw,
    () => parseMessage(raw),
    () => maskJson(raw, input),
  );
}

function inSlices(
  raw: Uint8Array,
  type: MessageType,
  { slice, batch = false }: { slice: number; batch?: boolean },
) {
  let pauses = 0;
  const count = <T>(work: Slices<T>): T => {
    let step = work.next();
    for (; step.done !== true; step = work.next()) pauses += 1;
    return step.value;
  };
  const input = { masker, typeOf: () => type, batch };
  const seen = see(
    raw,
    () => count(parseInSlices(raw, slice)),
    () => count(maskJsonInSlices(raw, input, slice)),
  );
  return { seen, pauses };
}

const text = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      ...SECRETS,
      githubToken.value,
      slackToken.value,
      `password=${SECRETS[0]}`,
      'the quick brown',
    ),
  ),
  { maxLength: 5 },
);
const words = text.map((parts) => parts.join(' '));
const base64 = words.map((value) =>
  Buffer.from(value)
    .toString('base64')
    .replaceAll(/(.{20})/g, '$1\r\n'),
);
const leaf = fc.oneof(
  words,
  base64,
  fc.integer(),
  fc.constant(null),
  fc.constantFrom('a\u00a0b==', '====', 'ab=c'),
);
const free = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(words, leaf, { maxKeys: 3 }));
const tool = fc.record({
  name: words,
  title: words,
  inputSchema: fc.record({ properties: free, default: words }),
});
const result = fc.record({
  jsonrpc: fc.constant('2.0'),
  id: fc.oneof(fc.integer(), words),
  result: fc.oneof(
    fc.record({ content: fc.array(fc.record({ type: words, text: words, data: leaf })), nextCursor: words }),
    fc.record({ contents: fc.array(fc.record({ blob: leaf, mimeType: words })), structuredContent: free }),
    fc.record({ tools: fc.array(tool, { maxLength: 3 }) }),
    fc.dictionary(words, free),
  ),
});
const request = fc.record({
  jsonrpc: fc.constant('2.0'),
  id: fc.integer(),
  method: words,
  params: fc.record({ protocolVersion: words, capabilities: free, requestState: words, arguments: free }),
});
const message = fc.oneof(result, request);
const slices = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 13, max: 300 }));

describe('a message looked at in slices', () => {
  test('gives the same view, findings, blocks and leaves, whatever the slices', () => {
    fc.assert(
      fc.property(message, fc.constantFrom(...TYPES), slices, fc.nat(), (value, type, slice, seed) => {
        const raw = Buffer.from(spellJson(value, chooser(seed)));
        expect(inSlices(raw, type, { slice }).seen).toEqual(whole(raw, type));
      }),
      { numRuns: 400 },
    );
  });

  test('so does a batch', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 3 }),
        slices,
        fc.nat(),
        (value, slice, seed) => {
          const raw = Buffer.from(spellJson(value, chooser(seed)));
          for (const type of TYPES)
            expect(inSlices(raw, type, { slice, batch: true }).seen).toEqual(whole(raw, type, true));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('what is no message is refused for the same reason at the same place', () => {
    const bytes = [...Buffer.from('{}[]:,"\\/u0019eE+-.tfn \n\t'), 0xff, 0xc3, 0x00, 0x1f];
    const edit = fc.record({ at: fc.nat(), remove: fc.nat(2), insert: fc.array(fc.constantFrom(...bytes)) });
    fc.assert(
      fc.property(message, fc.array(edit, { minLength: 1, maxLength: 2 }), slices, (value, edits, slice) => {
        const broken = [...Buffer.from(JSON.stringify(value))];
        for (const { at, remove, insert } of edits)
          broken.splice(at % (broken.length + 1), remove, ...insert);
        const raw = Buffer.from(broken);
        const type = { kind: 'response', method: 'tools/call' } as const;
        expect(inSlices(raw, type, { slice }).seen).toEqual(whole(raw, type));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('between slices others may go on', () => {
  const RESULT: MessageType = { kind: 'response', method: 'tools/call' };
  const SLICE = 1_000;
  const inResult = (value: unknown): string =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [], structuredContent: value } });

  test.each<[string, string]>([
    ['one string', inResult('lorem ipsum '.repeat(5_000))],
    ['one string with escapes', inResult('lorem\n"ipsum" '.repeat(5_000))],
    ['one string full of secrets', inResult(`key ${githubToken.value}\n`.repeat(1_000))],
    ['many small strings', inResult(Array.from({ length: 6_000 }, (_, n) => `word ${n}`))],
    ['many small numbers', inResult(Array.from({ length: 30_000 }, (_, n) => n % 10))],
    ['many keys', inResult(Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`key ${n}`, true])))],
    ['spaces', `{"jsonrpc":"2.0",${' '.repeat(60_000)}"id":1,"result":{}}${' '.repeat(60_000)}`],
    ['spaces before a colon', `{"jsonrpc":"2.0","id"${' '.repeat(60_000)}:1,"result":{}}`],
    ['brackets', inResult(Array.from({ length: 200 }, () => Array.from({ length: 100 }, () => [[]])))],
    ['a cursor', JSON.stringify({ jsonrpc: '2.0', id: 1, result: { nextCursor: 'abc '.repeat(15_000) } })],
    [
      'a file',
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        result: {
          content: [{ type: 'image', data: Buffer.from('words '.repeat(10_000)).toString('base64') }],
        },
      }),
    ],
    [
      'an image',
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        result: { content: [{ type: 'image', data: Buffer.alloc(60_000, 0xfe).toString('base64') }] },
      }),
    ],
  ])('of %s, once for each slice when it is read and once when it is masked', (_, json) => {
    const raw = Buffer.from(json);
    const { seen, pauses } = inSlices(raw, RESULT, { slice: SLICE });
    expect(seen).toEqual(whole(raw, RESULT));
    expect(pauses).toBeGreaterThanOrEqual((2 * raw.length) / SLICE - 2);
  });

  test('no piece of text is longer than a slice', () => {
    const lengths: number[] = [];
    const noting = createMasker({ known, placeholders: masker.placeholders });
    const spy = {
      ...noting,
      inspect: (piece: Uint8Array) => (lengths.push(piece.length), []),
      stream: () => {
        const stream = noting.stream();
        const push = stream.push.bind(stream);
        return Object.assign(stream, {
          push: (piece: Uint8Array) => (lengths.push(piece.length), push(piece)),
        });
      },
    };
    const raw = Buffer.from(inResult(['é'.repeat(20_000), 'short', '\n'.repeat(20_000)]));
    runWhole(maskJsonInSlices(raw, { masker: spy, typeOf: () => RESULT, batch: false }, SLICE));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(SLICE + 3);
  });
});

test('a key or a number that is too long to be looked at in pieces is refused', () => {
  const long = '1'.repeat(1024 * 1024 + 1);
  expect(() => parseMessage(Buffer.from(`{"jsonrpc":"2.0","id":1,"result":{"${long}":1}}`))).toThrow(
    'a key that',
  );
  expect(() => parseMessage(Buffer.from(`{"jsonrpc":"2.0","id":1,"result":[${long}]}`))).toThrow(
    'a number that',
  );
});
