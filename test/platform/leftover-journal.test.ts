import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { abandonedJournals, hasJournals, LeftoverJournal } from '../../src/platform/leftover-journal.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';

const CHILD = fileURLToPath(new URL('../helpers/journal-child.ts', import.meta.url));
const SESSION = '0123456789ab';
const FIRST = { kind: 'first' };
const SECOND = { kind: 'second', at: 'x\ny' };

const leftIn = (directory: string): unknown[] =>
  [...abandonedJournals(directory)].flatMap((journal) => (journal.close(true), journal.leftovers));

describe('a journal of what has to be gone', () => {
  test("is this user's alone, written before anything is, and gone when all of it is", () => {
    using directory = temporaryDirectory();
    const place = join(directory.path, 'leftovers');
    const journal = new LeftoverJournal(place, SESSION);
    expect(hasJournals(place)).toBe(false);
    const isGone = [FIRST, SECOND].map((leftover) => journal.add(leftover));
    const file = join(place, `${SESSION}.jsonl`);
    expect([place, file].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
    expect(readFileSync(file, 'utf8')).toBe(
      '{"number":1,"kind":"first"}\n{"number":2,"kind":"second","at":"x\\ny"}\n',
    );
    for (const tell of isGone) tell();
    journal.close();
    expect(readdirSync(place)).toEqual([]);
  });

  test("of a process that lives is nobody else's", () => {
    using directory = temporaryDirectory();
    const journal = new LeftoverJournal(directory.path, SESSION);
    journal.add(FIRST);
    expect(hasJournals(directory.path)).toBe(true);
    expect(leftIn(directory.path)).toEqual([]);
    journal.close();
    expect(leftIn(directory.path)).toMatchObject([FIRST]);
  });

  test('of one that was killed says what it has left, whatever number it had', async () => {
    using directory = temporaryDirectory();
    const words = [CHILD, directory.path, SESSION, JSON.stringify([FIRST, SECOND])];
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(leftIn(directory.path)).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(leftIn(directory.path)).toEqual([{ number: 2, ...SECOND }]);
    for (const journal of abandonedJournals(directory.path)) journal.close(false);
    expect(readdirSync(directory.path)).toEqual([]);
  });

  test('is read as far as it goes: a torn line has not come to be, and what else is there is no journal', () => {
    using directory = temporaryDirectory();
    const journal = new LeftoverJournal(directory.path, SESSION);
    journal.add(FIRST);
    journal.close();
    appendFileSync(
      join(directory.path, `${SESSION}.jsonl`),
      'null\n[1]\n{"gone":7}\n{"number":2,"kind":"sec',
    );
    for (const name of ['x.jsonl', '..jsonl', `${SESSION}.txt`])
      writeFileSync(join(directory.path, name), '{}');
    expect(leftIn(directory.path)).toEqual([{ number: 1, ...FIRST }]);
  });
});
