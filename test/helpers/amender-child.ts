/**
 * Amends the one session in DIRECTORY (redacts its first payload, adds a note) and kills itself after STEPS of the steps
 * that `amendmentSteps` stops at; says how many there were if that were too many.
 */
import process from 'node:process';

import { tryLock } from '../../src/platform/locks.ts';
import { amendmentSteps } from '../../src/platform/session-amend.ts';
import { goodSeal } from './amendments.ts';
import { DEVICE, sessionsIn } from './recorded-session.ts';

const [directory = '', steps = ''] = process.argv.slice(2);
const sessions = sessionsIn(directory);
const [id = ''] = sessions.ids();
const files = sessions.files(id);
tryLock(files.lock);
let count = 0;
const bodies = [
  { kind: 'redact', target: 1, reason: 'asked to', attended: false },
  { kind: 'note', text: 'seen', attended: false },
] as const;
const check = () => Promise.resolve(goodSeal(files));
for await (const _ of amendmentSteps(files, { bodies, check }, { signer: () => Promise.resolve(DEVICE) })) {
  count += 1;
  if (count === Number(steps)) process.kill(process.pid, 'SIGKILL');
}
process.stdout.write(String(count));
