import { expect, test } from 'vitest';

import { compileRules } from '../../../src/core/mask/engine.ts';
import { KnownValues } from '../../../src/core/mask/known-values.ts';
import { Scan } from '../../../src/core/mask/scan.ts';
import { Window } from '../../../src/core/mask/window.ts';
import { bytes, githubToken, privateKey, random } from './fixtures.ts';

/** Counts every byte a rule looks at. The passes over the text itself look at each byte a fixed number of times. */
class CountingWindow extends Window {
  steps = 0;

  override peek(at: number): number {
    this.steps++;
    return super.peek(at);
  }

  override runEnd(at: number, members: Uint8Array, limit: number): number {
    const end = super.runEnd(at, members, limit);
    this.steps += 1 + end - at;
    return end;
  }

  override runStart(at: number, members: Uint8Array, floor: number): number {
    const start = super.runStart(at, members, floor);
    this.steps += 1 + at - start;
    return start;
  }
}

const LABEL = ['PRIVATE', 'KEY'].join(' ');

// Repeated beginnings, near misses, nested quotes and long runs: each makes a careless matcher read the rest of the text
// again and again.
const HOSTILE: readonly [string, string][] = [
  ['eyJ', 'eyJ'],
  ['eyJ with dots', 'eyJhbGciOiJIUzI1NiJ9.'],
  ['BEGIN lines', `-----BEGIN ${LABEL}-----\n`],
  ['BEGIN lines with bodies', `-----BEGIN ${LABEL}-----\n${random('b64', 40)}\n`],
  ['BEGIN without end of label', '-----BEGIN AAAA'],
  ['vendor prefixes', 'ghp_'],
  ['vendor near misses', `${githubToken().slice(0, 30)} `],
  ['AKIA', ['AK', 'IA'].join('')],
  ['vendor prefixes, each a token for the one before', 'glrt--'],
  ['vendor tokens, cut off by the next', ['sk', 'live', '0718'].join('_')],
  ['Slack near misses', 'xoxb-1234567890-'],
  ['names', 'password'],
  ['names and ties', 'password='],
  ['names, ties and spaces', 'password = '],
  ['names and open quotes', 'password="'],
  ['names and escaped quotes', 'password=\\"'],
  ['names in pairs', '"password": {"'],
  ['names and arrows', 'key=>key->key:='],
  ['name value name', 'secret token key '],
  ['URLs', 'https://'],
  ['URLs with users', 'https://a:b'],
  ['URLs with at signs', 'https://a:b@'],
  ['backslashes', '\\'],
  ['percent signs', '%25'],
  ['unicode escapes', '\\u0025'],
  ['base64 in lines', `${Buffer.from('some text '.repeat(6).slice(0, 57)).toString('base64')}\n`],
  [
    'base64 in lines that is no text',
    `${Buffer.from(`${'some text '.repeat(4)}\u0000`.padEnd(57)).toString('base64')}\n`,
  ],
  ['one letter', 'a'],
  ['digits', '1'],
  ['base64', 'QUFB'],
  ['base64 of text', Buffer.from('password=').toString('base64')],
  ['cookies', 'Cookie: a=b; '],
  ['cookies with escapes', 'Cookie: a=\\\\u00e9; '],
  ['curl', 'curl -u '],
  ['placeholders', 'hpm_secret_'],
  ['dots', '.'],
  ['tags', '<password>'],
  ['tags with attributes', '<password a='],
  ['users and passwords', 'user=a password='],
  ['headers of CSV', 'a,password,'],
  ['lines of CSV', 'a,password\n'],
  ['data without a kind', 'data:\n a: b\n'],
  ['statements', 'insert into a (password) values ('],
  ['passwords for', 'password for '],
  ['echo', 'echo '],
  ['logins', 'jwt.sign(a, '],
  ['seed phrases', 'mnemonic: abc '],
  ['tokens of apps', 'facebook 123456789012345|'],
  ['defaults', '"password": { '],
  ['data source names', 'a:b@tcp('],
  ['URLs with hashes', 'https://a:b#'],
];

test.each(HOSTILE)('%s: twice the text is twice the work', (_, unit) => {
  const small = steps(unit, 100_000);
  const large = steps(unit, 200_000);
  expect(large / Math.max(small, 1_000)).toBeLessThanOrEqual(2.2);
});

// Where a candidate becomes longer than it may be nothing changes.
test.each(HOSTILE)('%s: nor is it more work at the limit of a candidate', (_, unit) => {
  expect(steps(unit, 32_000) / Math.max(steps(unit, 16_000), 1_000)).toBeLessThanOrEqual(2.4);
});

// Bounded too: no byte is the reason for looking at more than a few hundred others.
test.each(HOSTILE)('%s: each byte is looked at a bounded number of times', (_, unit) => {
  expect(steps(unit, 200_000) / 200_000).toBeLessThanOrEqual(64);
});

test('a key block is looked at once however long', () => {
  const text = bytes(privateKey(150));
  expect(stepsOf(text) / text.length).toBeLessThanOrEqual(12);
});

function steps(unit: string, size: number): number {
  return stepsOf(bytes(unit.repeat(Math.ceil(size / unit.length)).slice(0, size)));
}

function stepsOf(text: Uint8Array): number {
  const known = new KnownValues();
  known.add(random('alnum', 20), 'the test');
  const window = new CountingWindow(text, true);
  new Scan({ anchors: compileRules(), known, issuedEnd: () => -1 }, {}).advance(window);
  return window.steps;
}
