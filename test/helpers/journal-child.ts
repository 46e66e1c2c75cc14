/** Writes LEFTOVERS (JSON, a list) into the journal of SESSION in DIRECTORY, of which the first is gone again; then waits to be killed. */
import { writeSync } from 'node:fs';
import process from 'node:process';

import { LeftoverJournal } from '../../src/platform/leftover-journal.ts';

const [directory = '', session = '', leftovers = '[]'] = process.argv.slice(2);
const journal = new LeftoverJournal(directory, session);
const [first] = (JSON.parse(leftovers) as object[]).map((leftover) => journal.add(leftover));
first?.();
writeSync(1, 'written\n');
process.stdin.resume();
