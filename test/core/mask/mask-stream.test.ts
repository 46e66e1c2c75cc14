import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { everyCut, randomChunkings } from '../../helpers/chunks.ts';
import {
  bytes,
  githubToken,
  jsonWebToken,
  maskedText,
  masker,
  privateKey,
  random,
  streamed,
} from './fixtures.ts';

const WEAK = ['hunter', '2xyz'].join('');

// As base64(1) writes it.
function lined(text: string): string {
  return Buffer.from(text)
    .toString('base64')
    .replaceAll(/.{76}(?=.)/g, '$&\n');
}

const TEXTS: Readonly<Record<string, string>> = {
  'plain words': 'Nothing to see here, über café 日本語 🔑.\nNext line.',
  'a vendor token': `token ${githubToken()} end`,
  'a coloured token': `token \u001b[01;31m\u001b[K${githubToken()}\u001b[0m end`,
  'a key block': `x\n${privateKey()}\ny`,
  'a key block in JSON': JSON.stringify({ key: privateKey(2) }),
  'a key block in a URL': `https://h/x?key=${encodeURIComponent(privateKey(2))}&y=1`,
  'a JSON Web Token': `Authorization: Bearer ${jsonWebToken()}\r\nAccept: */*\r\n`,
  'cookies': `Cookie: sid=${random('alnum', 32)}; theme=dark\r\nnext`,
  'a .env file': `# x\nDB_PASSWORD=${WEAK}\nexport API_KEY='${random('alnum', 30)}'\nPORT=80\n`,
  'YAML': `db:\n  password: ${random('alnum', 14)}\n  host: db.example.org\n`,
  'JSON in JSON': JSON.stringify(JSON.stringify({ password: WEAK, nested: { apiKey: random('alnum', 32) } })),
  'a URL': `DATABASE_URL=postgres://me:${random('alnum', 12)}@db.example.org:5432/x`,
  'base64 of a .env file': Buffer.from(`A=1\nGH=${githubToken()}\n`).toString('base64'),
  'base64 in lines': `x\n${lined(`A=1\n# some words that fill a line, over which\nGH=${githubToken()}\nB=2\n`)}\nend of it`,
  'base64 in lines of Windows': `${lined(`A=1\n# some words that fill a line, over which\nGH=${githubToken()}\nB=2\n`).replaceAll('\n', '\r\n')}\r\nend`,
  'hex of a .env file': Buffer.from(`A=1\nGH=${githubToken()}\n`).toString('hex'),
  'a bot token found from its middle': `bot ${random('digit', 9)}:AA${random('b64url', 33)} ok`,
  'XML': `<add key="DbPassword" value="${random('alnum', 12)}"/><password>${random('alnum', 12)}</password>`,
  'a connection string': `Server=db;User Id=sa;Password=${random('alnum', 10)};Encrypt=true`,
  'curl': `curl -u admin:${random('alnum', 14)} https://example.org`,
}; // prettier-ignore

describe('a stream puts out what the whole text would be', () => {
  test.each(Object.entries(TEXTS))('%s, at every cut and byte by byte', (_, text) => {
    const by = masker({ known: random('alnum', 16, 5) });
    const whole = maskedText(by, text);
    for (const pieces of everyCut(bytes(text))) expect(streamed(by, pieces)).toBe(whole);
    expect(
      streamed(
        by,
        Array.from(bytes(text), (byte) => Uint8Array.of(byte)),
      ),
    ).toBe(whole);
  });

  test('all of them joined, in random pieces', () => {
    const known = random('alnum', 16, 5);
    const by = masker({ known });
    const text = [...Object.values(TEXTS), known, Buffer.from(`a${known}`).toString('base64')].join('\n');
    const whole = maskedText(by, text);
    for (const pieces of randomChunkings(bytes(text), { count: 200, seed: 3 }))
      expect(streamed(by, pieces)).toBe(whole);
  });

  test('texts made of fragments that open candidates', () => {
    const by = masker({ known: random('alnum', 12) });
    const fragment = fc.constantFrom(
      'password', 'secret=', 'api_key', ': ', '="', "'", '\\"', '\n', '\r\n', ' ', ';', 'https://u:', 'pw1x@', 'h/', githubToken(), 'eyJ',
      privateKey(1), '-----BEGIN ', '-----END ', jsonWebToken(), random('alnum', 12), random('alnum', 7), random('hex', 40, 3), '%', '\\', 'u00', '41',
      Buffer.from(random('alnum', 12)).toString('base64'), 'is "', '<password>', '</', 'é', '🔑',
    ); // prettier-ignore
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 25 }),
        fc.array(fc.nat(60), { maxLength: 40 }),
        (parts, cuts) => {
          const text = bytes(parts.join(''));
          expect(streamed(by, cutAt(text, cuts))).toBe(maskedText(by, parts.join('')));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['a run of one character', 'a'.repeat(200_000)],
    ['a key block without end', `-----BEGIN ${['PRIVATE', 'KEY'].join(' ')}-----\n${random('b64', 120_000)}`],
    ['a quote that is never closed', `password = "${random('alnum', 100_000)}`],
    ['a bare value without end', `password=${random('alnum', 100_000)}`],
    ['a token without end', jsonWebToken() + random('b64url', 100_000)],
    ['base64 without end', random('b64', 150_000)],
    ['nested escapes', `{"password": "${'\\'.repeat(90_000)}`],
    ['many keys', ['password', 'token', 'secret', ''].join('=').repeat(5_000)],
  ])('%s, with bounded hold-back', (_, text) => {
    const by = masker({ known: random('alnum', 16, 5) });
    const whole = maskedText(by, text);
    for (const size of [1_000, 4_096, 65_536]) {
      const stream = by.stream();
      const out: Uint8Array[] = [];
      for (const piece of piecesOf(bytes(text), size)) {
        out.push(stream.push(piece));
        expect(stream.held).toBeLessThanOrEqual(LIMITS.holdBackBytes);
      }
      expect(Buffer.concat([...out, stream.flush()]).toString() === whole).toBe(true);
    }
  });
});

describe('hold-back', () => {
  test('is nothing once a line is complete', () => {
    const stream = masker({ known: random('alnum', 16) }).stream();
    expect(Buffer.from(stream.push(bytes('A line, as it comes.\n'))).toString()).toBe(
      'A line, as it comes.\n',
    );
    expect(stream.held).toBe(0);
  });

  test('is at most the last word of plain text', () => {
    const stream = masker({ known: random('alnum', 16) }).stream();
    expect(Buffer.from(stream.push(bytes('some plain wor'))).toString()).toBe('some plain ');
  });

  test('past the limit a candidate that is still open is masked', () => {
    const label = ['PRIVATE', 'KEY'].join(' ');
    const key = `-----BEGIN ${label}-----\n${random('b64', 3 * LIMITS.candidateBytes)}`;
    expect(maskedText(masker(), `${key}!`)).toMatch(/^(?:hpm_private_key_[a-z2-7]{16})+!$/);
  });
});

test('edits of a stream are those of the whole text, counted from its start', () => {
  const text = `${'é'.repeat(5_000)} ${githubToken()} ${'x '.repeat(5_000)}${githubToken(2)}`;
  const by = masker();
  const stream = by.stream();
  for (const piece of piecesOf(bytes(text), 777)) stream.push(piece);
  stream.flush();
  expect(stream.edits).toEqual(by.inspect(bytes(text)));
});

test('a chunk may be reused by the caller after push', () => {
  const by = masker();
  const stream = by.stream();
  const chunk = Buffer.from('token ghp_');
  const out = [stream.push(chunk)];
  chunk.fill('x');
  out.push(stream.push(bytes(`${random('alnum', 36)} end`)), stream.flush());
  expect(Buffer.concat(out).toString()).toMatch(/^token hpm_github_pat_\w{16} end$/);
});

function cutAt(text: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) pieces.push(text.subarray(at, (at += size)));
  return [...pieces, text.subarray(at)];
}

function piecesOf(text: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    text.subarray(i * size, (i + 1) * size),
  );
}
