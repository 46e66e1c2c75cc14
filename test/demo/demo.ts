// hallpass at work, in a world of its own that is gone afterwards. Exits non-zero when anything shown here did not happen.
// `npm run demo -- --keep` goes on until Ctrl-C, and leaves the files.
import { rmSync } from 'node:fs';
import process from 'node:process';

import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { borrowToken } from './borrow-token.ts';
import { bothEras } from './both-eras.ts';
import { byteForByte } from './byte-for-byte.ts';
import { checkRecord } from './check-record.ts';
import { keepRunning } from './keep-running.ts';
import { meetHub } from './meet-hub.ts';
import { act, table, tell, title } from './page.ts';
import { proveIt } from './prove-it.ts';
import { readFiles } from './read-files.ts';
import { searchLeaks } from './search-leaks.ts';
import { sendSecret } from './send-secret.ts';
import { setStage } from './set.ts';

async function demo(): Promise<void> {
  await using hallpass = await sandbox();
  hallpass.keep = process.argv.includes('--keep');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => leave(hallpass));
  const stage = await setStage(hallpass);
  title(`hallpass, before an agent in a project with ${stage.secrets.length} secrets made up a moment ago`);
  act(1, 'It reads files:  hallpass connect -- mcp-server-filesystem .');
  await readFiles(stage);
  act(2, 'It sends a secret:  hallpass connect -- mcp-server-everything');
  await sendSecret(stage);
  act(3, 'Both generations of MCP:  hallpass connect -- two-era-server');
  await bothEras(stage);
  byteForByte(stage);
  act(4, 'All of it was recorded, and sealed with the key of this device');
  const earlier = await checkRecord(stage);
  act(5, 'With a hub it is known who you are');
  await using hub = await meetHub(stage);
  act(6, 'A server that wants to know it too:  hallpass connect demo');
  await using borrowed = await borrowToken(stage, hub);
  act(7, 'The hub proves who recorded it, and when');
  await proveIt(stage, hub, { session: borrowed.session, earlier });
  act(8, 'Did anything get out?');
  searchLeaks(stage, hub, borrowed);
  act(9, 'Now you, from this checkout: docs/quick-start.md goes through all of it');
  table([
    ['npx hallpass scan ../your-project', 'which secrets lie about here?'],
    ['npx hallpass connect -- mcp-server-filesystem ../your-project', 'stand before a server'],
    ['npx hallpass sessions list', 'what was recorded'],
    ['npx hallpass hub start --dev', 'a hub to log in to'],
  ]);
  if (hallpass.keep) await keepRunning(hallpass, hub, borrowed);
}

// At once: nothing of the story may go on and write while its files are removed.
function leave(hallpass: Sandbox): never {
  for (const id of hallpass.survivors()) process.kill(id, 'SIGKILL');
  if (hallpass.keep) tell(`\n   The files are still in ${hallpass.directory}`);
  else rmSync(hallpass.directory, { recursive: true, force: true, maxRetries: 10 });
  process.exit(130);
}

try {
  await demo();
} catch (error) {
  process.stderr.write(`\n   ✗ the demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
