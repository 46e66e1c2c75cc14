import type { Choose } from '../helpers/spell-json.ts';
import { ALNUM, letters, pick } from './choose.ts';
import { spelled } from './spell.ts';

/** What one case is about. */
export interface Corpus {
  /** Made known to the engine: none may come out. */
  readonly canaries: readonly string[];
  readonly text: string;
}

/** A text of the kind that passes a broker, with secrets in it. */
export function makeCorpus(choose: Choose): Corpus {
  const canaries = Array.from({ length: 1 + choose(4) }, () => makeCanary(choose));
  const secret = (): string =>
    choose(3) === 0 ? pick(choose, TOKENS)(choose) : spelled(canaries[choose(canaries.length)] ?? '', choose);
  const parts = Array.from({ length: 1 + choose(5) }, () => pick(choose, KINDS)(secret, choose));
  return { canaries, text: mutated(parts.join(pick(choose, ['\n', '\n\n', ' ', ''])), secret, choose) };
}

function makeCanary(choose: Choose): string {
  return pick<(choose: Choose) => string>(choose, [
    (c) => letters(c, ALNUM, 12 + c(30)),
    (c) => letters(c, `${ALNUM}+/`, 40),
    (c) => letters(c, '0123456789abcdef', 16 + 8 * c(4)),
    (c) => `${letters(c, ALNUM, 8)}${letters(c, '"\\/%&<>\'$!?~+=; ', 4)}${letters(c, ALNUM, 8)}`,
    (c) => `${letters(c, ALNUM, 9)}é日${letters(c, ALNUM, 6)}🔑${letters(c, ALNUM, 3)}`,
    (c) => `${letters(c, ALNUM, 24)}\n${letters(c, ALNUM, 30)}\n${letters(c, ALNUM, 12)}`,
    (c) => `sk-${letters(c, `${ALNUM}-_`, 60)}${letters(c, ALNUM, 1)}`,
  ])(choose);
}

type Make = (choose: Choose) => string;

/** Tokens that nobody made known. */
const TOKENS: readonly [Make, ...Make[]] = [
  (c) => `${['gh', 'p_'].join('')}${letters(c, ALNUM, 36)}`,
  (c) => `${['AK', 'IA'].join('')}${letters(c, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`,
  (c) => ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiJhIn0', letters(c, ALNUM, 43)].join('.'),
  (c) => letters(c, ALNUM, 24),
  (c) => letters(c, '0123456789abcdef', 40),
  () => ['hunter', '2xyz'].join(''),
  (c) => block(letters(c, ALNUM, 64)),
  (c) => Buffer.from(`password=${letters(c, ALNUM, 20)}\n`).toString('base64'),
];

function block(body: string): string {
  const label = ['PRIVATE', 'KEY'].join(' ');
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----`;
}

type Kind = (secret: () => string, choose: Choose) => string;

const NAMES: readonly [string, ...string[]] = [
  'password',
  'API_KEY',
  'token',
  'name',
  'clientSecret',
  'url',
  'Authorization',
];

const KINDS: readonly [Kind, ...Kind[]] = [
  (s) =>
    JSON.stringify({
      jsonrpc: '2.0',
      id: 7,
      result: { content: [{ type: 'text', text: `a ${s()} b` }], isError: false },
    }),
  (s, c) =>
    JSON.stringify({
      result: { content: [{ text: JSON.stringify({ [pick(c, NAMES)]: s(), list: [s(), 1.5, null] }) }] },
    }),
  (s, c) => `# local\nPORT=80\n${pick(c, NAMES)}=${s()}\nexport DB="${s()}"\n`,
  (s, c) => `db:\n  ${pick(c, NAMES)}: ${s()}\n  host: db.example.org\n  list:\n    - ${s()}\n`,
  (s) => `postgres://app:${s()}@db.example.org:5432/app?sslmode=require&k=${s()}`,
  (s) =>
    `GET /x?token=${s()}&b=1 HTTP/1.1\r\nAuthorization: Bearer ${s()}\r\nCookie: sid=${s()}; theme=dark\r\n\r\n`,
  (s) => `| name | value |\n| --- | --- |\n| a | ${s()} |\n`,
  (s) => `2026-01-01T00:00:00Z INFO got ${s()} from 10.0.0.1, then "${s()}"; done.`,
  (s, c) => Buffer.from(`A=1\n${pick(c, NAMES)}=${s()}\n`).toString(pick(c, ['base64', 'hex', 'base64url'])),
  (s, c) => `const ${pick(c, NAMES)} = '${s()}'; // über café 日本語`,
  (s) => `${s()}${s()}`,
  (s) => block(`${s()}\n${s()}`),
  (s) => `Server=db;Password=${s()};Encrypt=true`,
  (s) => `<add key="DbPassword" value="${s()}"/><p>${s()}&amp;</p>`,
];

const FRAGMENTS: readonly [string, ...string[]] = [
  '"', "'", '\\', '\\"', '\\u00', '%', '%25', '\n', '\r\n', ';', ',', '=', ': ', 'password=', 'secret: "', 'hpm_', 'hpm_known_abcdefghij234567', 'eyJ',
  'aHBtX', '-----BEGIN ', '-----END ', 'https://u:', '@h/', '\u0000', '\u001b[31m', 'é', '🔑', 'AAAA', '====', ' ', '}', '{', '%5C', '\\\\',
]; // prettier-ignore

type Mutation = (text: string, secret: () => string, choose: Choose) => string;

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  (text, _, c) => inserted(text, c(text.length + 1), pick(c, FRAGMENTS)),
  (text, secret, c) => inserted(text, c(text.length + 1), secret()),
  (text, _, c) => removed(text, c(text.length + 1), c(6)),
  (text, _, c) => removed(text, c(text.length + 1), c(text.length + 1)),
  (text, _, c) => inserted(text, c(text.length + 1), slice(text, c)),
  (text) => JSON.stringify(text),
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => Buffer.from(text).toString('base64'),
  (text, _, c) => inserted(text, c(text.length + 1), String.fromCharCode(c(256))),
];

function mutated(text: string, secret: () => string, choose: Choose): string {
  let result = text;
  for (let n = choose(6); n > 0 && result.length < LONGEST; n--)
    result = pick(choose, MUTATIONS)(result, secret, choose);
  return result;
}

const LONGEST = 20_000;

function inserted(text: string, at: number, part: string): string {
  return text.slice(0, at) + part + text.slice(at);
}

function removed(text: string, at: number, count: number): string {
  return text.slice(0, at) + text.slice(at + count);
}

function slice(text: string, choose: Choose): string {
  const at = choose(text.length + 1);
  return text.slice(at, at + choose(80));
}
