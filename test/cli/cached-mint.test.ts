import { parse } from '@oclif/core/parser';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { scopesIn } from '../../src/app/mint.ts';
import { plainWords } from '../../src/cli/cached-mint.ts';
import Mint from '../../src/commands/mint.ts';

/** What the command's own parser makes of the words after `mint`. */
async function asTheCommand(words: readonly string[]) {
  const { args, flags } = await parse([...words], {
    args: Mint.args,
    flags: { ...Mint.baseFlags, ...Mint.flags },
    strict: true,
  });
  const request = { connection: args.connection, scopes: scopesIn(flags.scope ?? []) };
  return { request, profile: flags.profile, json: flags.json ?? false };
}

describe('mint without its command', () => {
  test.each([
    ['demo'],
    ['demo', '--json'],
    ['demo', '--scope', 'read'],
    ['demo', '--scope=read', '--scope', 'write admin', '--profile', 'work', '--json'],
    ['https://hub.example/mcp', '--profile=work'],
  ])('is what the command makes of %j %j %j %j %j', async (...words) => {
    const given = words.filter((word) => word !== undefined);
    expect(plainWords(given)).toEqual(await asTheCommand(given));
  });

  test.each([
    [],
    [''],
    ['--json', 'demo'],
    ['--scope', 'read', 'demo'],
    ['demo', '--scope', 'read', 'write'],
    ['demo', 'other'],
    ['demo', '--scope'],
    ['demo', '--unknown'],
    ['demo', '--json=yes'],
    ['demo', '--help'],
    ['demo', '--profile=one', '--profile=two'],
    ['-'],
    ['--', 'demo'],
  ])('leaves %j %j %j %j to the command', (...words) => {
    expect(plainWords(words.filter((word) => word !== undefined))).toBeUndefined();
  });

  test('whatever it takes on, the command would have understood the same', async () => {
    const names = ['demo', 'read', 'a b', '', '-', '--'];
    const flags = ['--json', '--no-json', '--js', '--help', '-h', '-s', '--scopes'];
    const values = ['--scope', '--scope=read', '--scope=', '--profile', '--profile=work', '--profile='];
    const word = fc.constantFrom(...names, ...flags, ...values);
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
        const plain = plainWords(words);
        if (plain !== undefined) expect(plain).toEqual(await asTheCommand(words));
      }),
      { numRuns: 2000 },
    );
  });
});
