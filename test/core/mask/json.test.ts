import { randomBytes } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseMessage } from '../../../src/core/jsonrpc/envelope.ts';
import type { MessageType } from '../../../src/core/jsonrpc/positions.ts';
import { LIMITS } from '../../../src/core/limits.ts';
import { maskJson } from '../../../src/core/mask/json.ts';
import type { MaskedJson } from '../../../src/core/mask/masked-json.ts';
import { KnownValues } from '../../../src/core/mask/known-values.ts';
import { createMasker } from '../../../src/core/mask/masker.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { assertNoCanary } from '../../helpers/assert-no-canary.ts';
import { makeCanaries } from '../../helpers/canaries.ts';
import { readJson } from '../../helpers/read-json.ts';
import { chooser, spellJson, type Choose } from '../../helpers/spell-json.ts';

const SECRETS = [randomBytes(15).toString('base64url'), `pä$$"w\\rd/${randomBytes(6).toString('hex')}`];
const NUMBER = `9${randomBytes(8).readBigUInt64BE().toString().padStart(19, '7').slice(0, 17)}`;
const CANARIES = [...SECRETS, NUMBER].map((value, i) => ({ name: `secret ${i}`, value }));
const { githubToken } = makeCanaries();

const placeholders = new Placeholders(randomBytes(32));
const known = new KnownValues();
for (const { name, value } of CANARIES) known.add(value, name);
const masker = createMasker({ known, placeholders });

const standIn = (secret: string): string => placeholders.issue('known', Buffer.from(secret));

const REQUEST: MessageType = { kind: 'request', method: 'tools/call' };
const RESULT: MessageType = { kind: 'response', method: 'tools/call' };
const LIST: MessageType = { kind: 'response', method: 'tools/list' };

function mask(text: string, type: MessageType = RESULT): MaskedJson & { text: string } {
  const raw = Buffer.from(text);
  const masked = maskJson(raw, { masker, typeOf: () => type, batch: text.trimStart().startsWith('[') });
  assertNoCanary({
    canaries: CANARIES,
    streams: { findings: JSON.stringify([masked.findings, masked.blocked, masked.exposed]) },
  });
  return { ...masked, text: Buffer.from(masked.bytes).toString() };
}

/** The result of `tools/call` with this text at `pointer`. */
const withText = (text: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } });

const allEscaped = (text: string): string =>
  text.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const escapeRegExp = (text: string): string => text.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`);

/** A regular expression for every way in which JSON can write the text. */
const anySpelling = (text: string): string =>
  text.replaceAll(/[^]/g, (unit) => {
    const code = unit.charCodeAt(0).toString(16).padStart(4, '0');
    const digits = code.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
    // The longest first: of `\u0075` the beginning is an escaped u, too.
    return `(?:\\\\u${digits}|${escapeRegExp(unit)}|\\\\${escapeRegExp(unit)})`;
  });

describe('any JSON with secrets in any place', () => {
  /** A number that no double can hold, to be spelled digit by digit. Digits alone are a secret only where one is named. */
  class Digits {
    readonly lexeme = NUMBER;
  }

  const text = fc
    .array(
      fc.constantFrom('log ', '', ' ', 'é€😀 ', '\n', '"', '\\ ', '/', '$', 'x', '\ud83d ', ...SECRETS),
      {
        maxLength: 4,
      },
    )
    .map((parts) => parts.join(''));
  const leaf = fc.oneof(
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.constant({ password: new Digits() }),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(text, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));

  const mapLeaves = (value: unknown, ofText: (text: string) => string, digits: unknown): unknown => {
    const again = (item: unknown): unknown => mapLeaves(item, ofText, digits);
    if (value instanceof Digits) return digits;
    if (typeof value === 'string') return ofText(value);
    if (Array.isArray(value)) return value.map(again);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [ofText(key), again(item)]));
  };
  const MARK = `number ${randomBytes(4).toString('hex')}`;

  function spell(value: unknown, choose: Choose): string {
    const message = {
      jsonrpc: '2.0',
      id: 1,
      result: { structuredContent: mapLeaves(value, (same) => same, MARK) },
    };
    // The mark is spelled like any string, so it is looked for as what it means.
    return spellJson(message, choose).replaceAll(/"(?:[^"\\]|\\.)*"/g, (literal) =>
      JSON.parse(literal) === MARK ? NUMBER : literal,
    );
  }

  test('becomes what it was with placeholders in their place, and nothing else', () => {
    const hide = (plain: string): string =>
      SECRETS.reduce((masked, secret) => masked.replaceAll(secret, standIn(secret)), plain);
    fc.assert(
      fc.property(tree, fc.nat(), (value, seed) => {
        const { text: masked } = mask(spell(value, chooser(seed)));
        const expected = mapLeaves(value, hide, standIn(NUMBER));
        const received = (readJson(masked) as { result: { structuredContent: unknown } }).result
          .structuredContent;
        expect(received).toEqual(readJson(JSON.stringify(expected)));
      }),
      { numRuns: 300 },
    );
  });

  test('keeps every byte outside of the secrets', () => {
    const placeholder = new RegExp(`"${standIn(NUMBER)}"|(?:${SECRETS.map(standIn).join('|')})+`);
    const secret = new RegExp(`${NUMBER}|(?:${SECRETS.map(anySpelling).join('|')})+`, 'uy');
    fc.assert(
      fc.property(tree, fc.nat(), (value, seed) => {
        const raw = spell(value, chooser(seed));
        const [first = '', ...others] = mask(raw).text.split(placeholder);
        expect(raw.startsWith(first)).toBe(true);
        secret.lastIndex = first.length;
        for (const kept of others) {
          expect(secret.test(raw)).toBe(true);
          expect(raw.startsWith(kept, secret.lastIndex)).toBe(true);
          secret.lastIndex += kept.length;
        }
        expect(secret.lastIndex).toBe(raw.length);
      }),
      { numRuns: 300 },
    );
  });

  test('leaves no secret in it, whatever the secret was encoded as', () => {
    const encodings: ((secret: string) => string)[] = [
      (secret) => secret,
      (secret) => Buffer.from(secret).toString('base64'),
      (secret) => Buffer.from(`u:${secret}`).toString('base64'),
      (secret) => Buffer.from(`é${secret}!!`).toString('base64url'),
      (secret) => Buffer.from(secret).toString('hex'),
      (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
      (secret) => encodeURIComponent(secret),
      (secret) => [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
      (secret) => JSON.stringify({ deep: [secret] }),
      (secret) => JSON.stringify({ deep: JSON.stringify({ deeper: secret }) }),
      allEscaped,
    ];
    const planted = fc
      .tuple(fc.constantFrom(...SECRETS), fc.constantFrom(...encodings))
      .map(([secret, encode]) => encode(secret));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, planted), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        (parts, seed) => {
          const value = parts.map(([around, secret]) => ({ [around]: `${around} ${secret} ${around}` }));
          const { text: masked } = mask(spell(value, chooser(seed)));
          assertNoCanary({
            canaries: CANARIES,
            streams: { masked, decoded: JSON.stringify(readJson(masked)) },
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is the very same bytes when there is nothing to hide', () => {
    // Of these letters no name of a credential can be made: `{"psk":"!"}` is to be masked.
    const stringUnit = fc.constantFrom(...Array.from('aeo019 é日😀"\\/\n\0\u2028.:-=_{}[]<>&$%'));
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit }), fc.nat(), (value, seed) => {
        const raw = Buffer.from(spellJson({ jsonrpc: '2.0', id: 1, result: value }, chooser(seed)));
        expect(maskJson(raw, { masker, typeOf: () => RESULT, batch: false }).bytes).toBe(raw);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what stays byte for byte beside a secret', () => {
  test.each([
    ['numbers that no double can hold', '[12345678901234567890, 1.0, -0, 1E400, 0.10, 1e-7]'],
    ['escapes', String.raw`"\u0041\/\u00e9é\ud83d\ude00\n"`],
    ['key order and duplicate keys', '{"b":1,"a":2,"b":3}'],
    ['whitespace', '{ "a" :\t[ 1 ,\r\n2 ] }'],
  ])('%s', (_, json) => {
    const raw = `{"jsonrpc":"2.0","id":1,"result":{"x":${json},"y":"${SECRETS[0]}","z":${json}}}\r\n`;
    expect(mask(raw).text).toBe(raw.replace(SECRETS[0] ?? '', standIn(SECRETS[0] ?? '')));
  });
});

describe('keys and numbers', () => {
  test('a key is masked, and the pointer to what is below it says so', () => {
    const [secret = ''] = SECRETS;
    const { text, findings } = mask(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        result: { structuredContent: { 'a/b~c': { [secret]: secret } } },
      }),
    );
    expect(text).toContain(`{"${standIn(secret)}":"${standIn(secret)}"}`);
    expect(findings.map(({ at }) => at)).toEqual([
      '/result/structuredContent/a~1b~0c',
      `/result/structuredContent/a~1b~0c/${standIn(secret)}`,
    ]);
  });

  test('a number becomes a quoted placeholder, whatever stands before and after it', () => {
    const { text, findings } = mask(
      `{"jsonrpc":"2.0","id":1,"result":{"a":[1,{"password":${NUMBER} },{"password":[${NUMBER}]}]}}`,
    );
    expect(text).toBe(
      `{"jsonrpc":"2.0","id":1,"result":{"a":[1,{"password":"${standIn(NUMBER)}" },{"password":["${standIn(NUMBER)}"]}]}}`,
    );
    expect(findings.map(({ at }) => at)).toEqual(['/result/a/1/password', '/result/a/2/password/0']);
  });

  test('of a number no part stays', () => {
    const { text } = mask(`{"jsonrpc":"2.0","id":1,"result":{"password":-1${NUMBER}.5e3}}`);
    expect(text).toMatch(/"result":\{"password":"hpm_[a-z0-9_]+"\}\}$/);
  });

  test('counts stay numbers', () => {
    const raw =
      '{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{"maxTokens":100000,"temperature":0.70001,"port":54321}}';
    expect(mask(raw, { kind: 'request', method: 'sampling/createMessage' }).text).toBe(raw);
  });
});

describe('where MCP itself reads', () => {
  const [secret = ''] = SECRETS;
  const s = JSON.stringify(secret);

  test.each<[string, MessageType, string, string]>([
    ['the id', REQUEST, `{"jsonrpc":"2.0","id":${s},"method":"m"}`, '/id'],
    ['the method', REQUEST, `{"jsonrpc":"2.0","id":1,"method":${s}}`, '/method'],
    ['part of the method', REQUEST, `{"jsonrpc":"2.0","id":1,"method":"tools/${secret}"}`, '/method'],
    [
      'progressToken',
      REQUEST,
      `{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{"progressToken":${s}}}}`,
      '/params/_meta/progressToken',
    ],
    [
      'requestState',
      REQUEST,
      `{"jsonrpc":"2.0","id":1,"method":"m","params":{"requestState":${s}}}`,
      '/params/requestState',
    ],
    [
      'a cursor asked for',
      { kind: 'request', method: 'tools/list' },
      `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":${s}}}`,
      '/params/cursor',
    ],
    [
      'the cursor of an answer',
      LIST,
      `{"jsonrpc":"2.0","id":1,"result":{"tools":[],"nextCursor":${s}}}`,
      '/result/nextCursor',
    ],
    ['the id of a response', RESULT, `{"jsonrpc":"2.0","id":${s},"result":{}}`, '/id'],
    [
      'a task’s id',
      { kind: 'response', method: 'tasks/get' },
      `{"jsonrpc":"2.0","id":1,"result":{"taskId":${s}}}`,
      '/result/taskId',
    ],
    [
      'a capability’s name',
      { kind: 'request', method: 'initialize' },
      `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{${s}:{}}}}`,
      `/params/capabilities/${standIn(secret)}`,
    ],
  ])('a known secret blocks: %s', (_, type, text, at) => {
    const { blocked, bytes, findings, text: same } = mask(text, type);
    expect(blocked.map((finding) => finding.at)).toEqual([at]);
    expect(blocked[0]?.placeholder).toMatch(/^hpm_/);
    expect(findings).toEqual([]);
    expect(bytes.length).toBeGreaterThan(0);
    expect(same).toBe(text);
  });

  test('encoded it blocks as well', () => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: Buffer.from(secret).toString('base64'), method: 'm' });
    expect(mask(text).blocked).toHaveLength(1);
    expect(mask(`{"jsonrpc":"2.0","id":"${allEscaped(secret)}","method":"m"}`).blocked).toHaveLength(1);
  });

  test('the same words as data are only masked', () => {
    const { blocked, text } = mask(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"cursor":${s},"id":${s},"requestState":${s}}}}`,
      REQUEST,
    );
    expect(blocked).toEqual([]);
    expect(text).not.toContain(secret);
  });

  test.each([
    ['a media type', RESULT, { content: [{ type: 'text', text: 'x', mimeType: githubToken.value }] }],
    ['a kind of content', RESULT, { content: [{ type: githubToken.value }] }],
    [
      'a capability',
      { kind: 'response', method: 'initialize' },
      { capabilities: { x: { [githubToken.value]: 1 } } },
    ],
    ['a version', { kind: 'response', method: 'initialize' }, { protocolVersion: githubToken.value }],
  ] as const)('a vendor’s token in place of %s blocks, known or not', (_, type, result) => {
    const { blocked, exposed } = mask(JSON.stringify({ jsonrpc: '2.0', id: 1, result }), type);
    expect(blocked).toEqual([expect.objectContaining({ rule: 'github_pat' })]);
    expect(exposed).toEqual([]);
  });

  test('no guesses are made about the words of MCP', () => {
    const text = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      result: { capabilities: { experimental: { password: randomBytes(15).toString('base64') } } },
    });
    expect(mask(text, { kind: 'response', method: 'initialize' }).text).toBe(text);
  });

  test('a vendor’s token that is not known to be a secret stays, and is counted as exposed', () => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: githubToken.value, method: 'm' });
    const { exposed, blocked, findings, text: same } = mask(text, REQUEST);
    expect(same).toBe(text);
    expect([blocked, findings]).toEqual([[], []]);
    expect(exposed).toHaveLength(1);
    expect(exposed[0]).toMatchObject({ at: '/id', placeholder: '' });
    expect(exposed[0]?.why).toContain('left as it is');
  });

  test('ordinary ids and cursors are neither', () => {
    const text = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      result: { tools: [], nextCursor: randomBytes(24).toString('base64url') },
    });
    expect(mask(text, LIST)).toMatchObject({ exposed: [], blocked: [], findings: [] });
  });

  test('a key that only begins like one of MCP’s is looked into', () => {
    const key = `io.modelcontextprotocol/${secret}`;
    const { text } = mask(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'm', params: { _meta: { [key]: 1 } } }),
      REQUEST,
    );
    expect(text).toContain(`io.modelcontextprotocol/${standIn(secret)}`);
  });
});

describe('files in base64', () => {
  const [secret = ''] = SECRETS;
  const withBlob = (blob: string): string =>
    `{"jsonrpc":"2.0","id":1,"result":{"contents":[{"uri":"f","blob":${blob}}]}}`;
  const READ: MessageType = { kind: 'response', method: 'resources/read' };
  const blobOf = (text: string): string =>
    (JSON.parse(text) as { result: { contents: [{ blob: string }] } }).result.contents[0].blob;
  const decoded = (text: string): string => Buffer.from(blobOf(text), 'base64').toString();

  const content = `# settings\nKEY = ${secret}\n`;
  test.each<[string, string]>([
    ['as usual', JSON.stringify(Buffer.from(content).toString('base64'))],
    ['in the alphabet of URLs', JSON.stringify(Buffer.from(content).toString('base64url'))],
    ['in lines', JSON.stringify(Buffer.from(content).toString('base64').replaceAll(/.{20}/g, '$&\r\n'))],
    [
      'with escaped slashes',
      JSON.stringify(Buffer.from(`???>>>${content}`).toString('base64')).replaceAll('/', '\\/'),
    ],
    ['with every letter escaped', `"${allEscaped(Buffer.from(content).toString('base64'))}"`],
  ])('text is masked and encoded again: %s', (_, literal) => {
    const { text, findings, unchecked, blocked } = mask(withBlob(literal), READ);
    expect(decoded(text)).toContain(`KEY = ${standIn(secret)}\n`);
    expect(decoded(text)).not.toContain(secret);
    expect(findings.map(({ at }) => at)).toEqual(['/result/contents/0/blob']);
    expect([unchecked, blocked]).toEqual([false, []]);
  });

  test('text without a secret stays as it was encoded', () => {
    const raw = withBlob(JSON.stringify(Buffer.from('nothing here').toString('base64').replace('=', '')));
    expect(mask(raw, READ).text).toBe(raw);
  });

  test('text in UTF-16 is masked and written as it was', () => {
    const file = Buffer.from(`\ufeffpassword = ${secret}\r\nnext`, 'utf16le');
    const { text, unchecked } = mask(withBlob(JSON.stringify(file.toString('base64'))), READ);
    const said = Buffer.from(blobOf(text), 'base64').toString('utf16le');
    expect(said).toBe(`\ufeffpassword = ${standIn(secret)}\r\nnext`);
    expect(unchecked).toBe(false);
  });

  test('binary passes, and it is said that it was not looked into', () => {
    const raw = withBlob(JSON.stringify(randomBytes(300).toString('base64')));
    const { text, unchecked, blocked } = mask(raw, READ);
    expect(text).toBe(raw);
    expect([unchecked, blocked]).toEqual([true, []]);
  });

  test.each([0, 1, 2])('a known secret in binary blocks, at offset %i', (offset) => {
    const binary = Buffer.concat([Buffer.alloc(30 + offset, 0xff), Buffer.from(secret), Buffer.alloc(30)]);
    const { blocked } = mask(withBlob(JSON.stringify(binary.toString('base64'))), READ);
    expect(blocked.map(({ at }) => at)).toEqual(['/result/contents/0/blob']);
  });

  test('what is no base64 is text like any other', () => {
    const { text, unchecked } = mask(withBlob(JSON.stringify(`plain: ${secret}!`)), READ);
    expect(blobOf(text)).toBe(`plain: ${standIn(secret)}!`);
    expect(unchecked).toBe(false);
  });

  test.each([secret, githubToken.value])('a secret itself is not taken for base64', (value) => {
    const { text, findings } = mask(withBlob(JSON.stringify(value)), READ);
    expect(text).not.toContain(value);
    expect(findings).toHaveLength(1);
  });

  test('a known secret in long text that could be base64 blocks', () => {
    const words = 'lorem ipsum dolor sit amet '.repeat(LIMITS.tokenBytes / 20);
    const { blocked } = mask(withBlob(JSON.stringify(`${words}${secret} ${words}`)), READ);
    expect(blocked.map(({ at }) => at)).toEqual(['/result/contents/0/blob']);
  });

  test('an empty file is nothing', () => {
    expect(mask(withBlob('""'), READ)).toMatchObject({ findings: [], unchecked: false });
  });
});

describe('definitions of tools', () => {
  const [secret = ''] = SECRETS;
  const tool = (name: string, input: unknown = {}): unknown => ({
    name,
    description: 'd',
    inputSchema: { type: 'object', properties: input },
  });
  const bad = (name: string): unknown => tool(name, { key: { enum: [secret] } });
  const list = (tools: unknown[], space?: number): string =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools, nextCursor: 'x' } }, null, space);
  const names = (text: string): unknown =>
    (JSON.parse(text) as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name);

  test.each(['title', 'description', 'default', 'examples'])(
    'a secret in %s is masked, the tool stays',
    (word) => {
      const value = word === 'examples' ? [secret] : secret;
      const { text, hiddenTools } = mask(list([tool('a', { key: { type: 'string', [word]: value } })]), LIST);
      expect(names(text)).toEqual(['a']);
      expect(text).toContain(standIn(secret));
      expect(text).not.toContain(secret);
      expect(hiddenTools).toBe(0);
    },
  );

  test.each<[string, Record<string, unknown>]>([
    ['the title of its annotations', { annotations: { title: secret } }],
    ['a schema that others refer to', { inputSchema: { $defs: { default: { default: { x: [secret] } } } } }],
    ['an argument called properties', { inputSchema: { properties: { properties: { title: secret } } } }],
    ['one schema of several', { outputSchema: { anyOf: [{}, { items: { examples: [secret] } }] } }],
  ])('a secret in %s is masked, the tool stays', (_, definition) => {
    const { text, hiddenTools } = mask(list([{ name: 'a', ...definition }]), LIST);
    expect(JSON.parse(text)).toEqual(
      JSON.parse(list([{ name: 'a', ...definition }]).replaceAll(secret, standIn(secret))),
    );
    expect(hiddenTools).toBe(0);
  });

  test.each([
    ['first', 'Xbc'],
    ['middle', 'aXc'],
    ['last', 'abX'],
    ['first two', 'XXc'],
    ['last two', 'aXX'],
    ['outer two', 'XbX'],
    ['every other', 'aXbXcX'],
    ['all', 'XXX'],
    ['only', 'X'],
    ['none', 'abc'],
  ])('a secret elsewhere hides the tool: %s', (_, spec) => {
    for (const space of [undefined, 2]) {
      const tools = Array.from(spec, (name) => (name === 'X' ? bad('hidden') : tool(name)));
      const { text, hiddenTools, findings } = mask(list(tools, space), LIST);
      expect(names(text)).toEqual(Array.from(spec.replaceAll('X', '')));
      expect(JSON.parse(text)).toEqual({
        jsonrpc: '2.0',
        id: 1,
        result: { tools: tools.filter((_item, i) => spec[i] !== 'X'), nextCursor: 'x' },
      });
      expect(hiddenTools).toBe(spec.split('X').length - 1);
      expect(findings).toHaveLength(hiddenTools);
    }
  });

  test.each<[string, unknown]>([
    ['in its name', tool(secret)],
    ['as the name of an argument', tool('a', { [secret]: {} })],
    ['as the name of an argument that is described', tool('a', { [secret]: { description: 'd' } })],
    ['in a constant', tool('a', { title: { const: secret } })],
    ['in what is called description but is an argument', tool('a', { description: { pattern: secret } })],
    ['in _meta', { name: 'a', _meta: { x: secret } }],
    ['in a number', { name: 'a', _meta: { password: 'NUMBER' } }],
    ['in a tool that is a list', ['a', [secret]]],
    ['in the title of a constant', tool('a', { x: { const: { title: secret } } })],
    ['in the description of a choice', tool('a', { x: { enum: [{ description: secret }] } })],
    ['in the title of _meta', { name: 'a', _meta: { title: secret } }],
    ['in an icon', { name: 'a', icons: [{ src: `https://icons.example/x.png?key=${secret}` }] }],
    ['in what needs what', { name: 'a', inputSchema: { dependencies: { title: [secret] } } }],
    ['in a keyword of a vendor', tool('a', { x: { 'x-shown': { title: secret } } })],
  ])('hides it wherever it is: %s', (_, definition) => {
    const { text, hiddenTools } = mask(list([definition, tool('b')]).replace('"NUMBER"', NUMBER), LIST);
    expect(names(text)).toEqual(['b']);
    expect(hiddenTools).toBe(1);
  });

  test('what is masked in a tool that is hidden does not disturb', () => {
    const both = { name: 'x', description: secret, inputSchema: { const: secret }, title: secret };
    const { text } = mask(list([tool('a'), both, tool('b'), both]), LIST);
    expect(names(text)).toEqual(['a', 'b']);
  });

  test('what is no tool is masked, and hides nothing', () => {
    const { text, hiddenTools } = mask(list([secret, tool('a'), secret]), LIST);
    expect((JSON.parse(text) as { result: { tools: unknown[] } }).result.tools).toEqual([
      standIn(secret),
      tool('a'),
      standIn(secret),
    ]);
    expect(hiddenTools).toBe(0);
    const asObject = mask(
      JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools: { a: { x: secret } } } }),
      LIST,
    );
    expect(asObject.text).toContain(standIn(secret));
  });

  test('stays JSON where tools and other things are mixed', () => {
    const { text } = mask(list([1, bad('x'), 'a', null, bad('y'), tool('z'), bad('w')]), LIST);
    expect((JSON.parse(text) as { result: { tools: unknown[] } }).result.tools).toEqual([
      1,
      'a',
      null,
      tool('z'),
    ]);
  });

  test('each list of a batch is its own', () => {
    const message = (id: number, tools: unknown[]): unknown => ({ jsonrpc: '2.0', id, result: { tools } });
    const text = JSON.stringify([
      message(1, [tool('a'), bad('x')]),
      message(2, [bad('y'), tool('b')]),
      message(3, [bad('z')]),
    ]);
    expect(JSON.parse(mask(text, LIST).text)).toEqual([
      message(1, [tool('a')]),
      message(2, [tool('b')]),
      message(3, []),
    ]);
  });

  test('so is each of two lists of one name', () => {
    const text = `{"jsonrpc":"2.0","id":1,"result":{"tools":[${JSON.stringify(tool('a'))}],"tools":[${JSON.stringify(bad('x'))},${JSON.stringify(tool('b'))}]}}`;
    expect(mask(text, LIST).text).toBe(
      `{"jsonrpc":"2.0","id":1,"result":{"tools":[${JSON.stringify(tool('a'))}],"tools":[${JSON.stringify(tool('b'))}]}}`,
    );
  });

  test('what only looks like a list of tools is masked like any data', () => {
    const { text, hiddenTools } = mask(list([bad('a')]), RESULT);
    expect(names(text)).toEqual(['a']);
    expect(text).not.toContain(secret);
    expect(hiddenTools).toBe(0);
  });
});

describe('JSON inside of strings', () => {
  const [, secret = ''] = SECRETS;

  test('is still JSON, and the rest of it as it was', () => {
    const inner = JSON.stringify({ a: 1.5, deep: { value: secret, list: [`x${secret}y`] } }, null, 2);
    const { text } = mask(withText(inner));
    const received = (JSON.parse(text) as { result: { content: [{ text: string }] } }).result.content[0].text;
    expect(received).toBe(inner.replaceAll(JSON.stringify(secret).slice(1, -1), standIn(secret)));
  });

  test('at any depth', () => {
    let text = JSON.stringify({ value: secret });
    for (let i = 0; i < 4; i += 1) text = JSON.stringify({ text });
    const { text: masked } = mask(withText(text));
    expect(masked).toContain(standIn(secret));
    assertNoCanary({ canaries: CANARIES, streams: { masked } });
  });
});

test('what is masked is still a message, and findings lead to it', () => {
  const { canaries } = { canaries: makeCanaries() };
  const text = withText(`url ${canaries.githubToken.value}`);
  const { bytes, findings, leaves } = mask(text);
  expect(parseMessage(bytes).messages).toHaveLength(1);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ at: '/result/content/0/text' });
  expect(leaves).toEqual([
    { before: `url ${canaries.githubToken.value}`, after: `url ${findings[0]?.placeholder}` },
  ]);
});

test('a huge key is masked once, and cut where pointers show it, however many findings are below', () => {
  let looks = 0;
  const strict = {
    ...masker.strict,
    maskText: (bytes: Uint8Array) => {
      looks += 1;
      return masker.maskText(bytes);
    },
  };
  const counting = { ...masker, strict };
  const key = 'x'.repeat(100_000);
  const below = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, githubToken.value]));
  const raw = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { [key]: below } }));
  const { findings } = maskJson(raw, { masker: counting, typeOf: () => RESULT, batch: false });
  expect(findings).toHaveLength(50);
  expect(findings[7]?.at).toBe(`/result/${'x'.repeat(4_096)}…/k7`);
  expect(looks).toBe(52);
});
