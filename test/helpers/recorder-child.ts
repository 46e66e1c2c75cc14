/**
 * Records events into DIRECTORY and says the number of each on stdout once `append` has returned, in one write each, so
 * that what was said is what was acknowledged. Goes on until it fails or is killed. `output` behind DIRECTORY: pieces of
 * output that other threads record; each begins with its number.
 */
import { writeSync } from 'node:fs';
import process from 'node:process';

import { HallpassError, isSystemError } from '../../src/core/errors.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { openSession } from '../../src/platform/session-store.ts';
import { DEVICE, message, START } from './recorded-session.ts';

const [directory = '', what] = process.argv.slice(2);
const session = await openSession(START, { sessionsDir: directory, signer: DEVICE });
const payload = Buffer.alloc(100, 'x');

if (what === 'output') await recordOutput();
for (let count = 1; record(count); count += 1) {
  if (count % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
}
// What has failed must stay failed.
record(0);
const { sealed } = await session.seal({ reason: 'full' });
say(sealed ? 'sealed' : 'unsealed');

function record(count: number): boolean {
  try {
    session.append(message({ method: 'tools/call', id: String(count), tool: 'y'.repeat(300) }), payload);
    say(String(count));
    return true;
  } catch (error) {
    say(error instanceof HallpassError ? error.code : String(error));
    return false;
  }
}

async function recordOutput(): Promise<never> {
  for (let count = 1; ; count += 1) {
    const piece = Buffer.alloc(LIMITS.recordAsideBytes, `${count}\n`.padStart(16));
    const recorded = session.record({ kind: 'output', stream: 'stdout', findings: [] }, piece);
    void Promise.resolve(recorded).then(() => say(String(count)));
    if (count % 7 === 0) await recorded;
  }
}

// A parent that reads too slowly is waited for.
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      if (!isSystemError(error, 'EAGAIN')) throw error;
    }
  }
}
