// Takes the pictures of docs/review.md: `npm run pictures`. Each is the screen of a terminal emulator in which the real
// command shows sessions that real servers and commands took part in, with secrets made up a moment ago.
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { ApprovalStore } from '../../src/platform/approval-store.ts';
import { readFiles } from '../demo/read-files.ts';
import { sendSecret } from '../demo/send-secret.ts';
import { setStage } from '../demo/set.ts';
import { anApproval } from '../helpers/an-approval.ts';
import { type Sandbox, sandbox } from '../helpers/hallpass.ts';
import { ReviewScreen } from '../helpers/review-screen.ts';
import { ESCAPE } from '../helpers/typing.ts';
import { DARK, LIGHT, type Palette, svgOf } from './svg.ts';

const DIRECTORY = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const SIZE = { columns: 96, rows: 26 };
const STEP = `printf '\\033[1mbuilding\\033[0m 42 modules\\n'; sleep 0.4
for n in 1 2 3 4 5 6 7 8 9; do printf '\\rpushing layer %s of 9' $n; sleep 0.1; done; echo
printf '\\033[32mok\\033[0m pushed with %s\\n' "$TOKEN"; sleep 3
printf '\\033[33mwarning\\033[0m the changelog says nothing of this release\\n'`;

await using hallpass = await sandbox();
await recordSome(hallpass);
mkdirSync(DIRECTORY, { recursive: true });
await takePictures(DARK, '');
await takePictures(LIGHT, '-light');
process.stdout.write(`pictures are in ${DIRECTORY}\n`);

/** An agent reads files and sends a secret; a step of a job prints one; a call waits for somebody. */
async function recordSome(box: Sandbox): Promise<void> {
  const stage = await setStage(box);
  await box.run(['run', '--', 'bash', '-c', STEP], {
    onTerminal: { columns: 80, rows: 24 },
    env: { TOKEN: stage.canaries.githubToken.value },
  });
  await readFiles(stage);
  await sendSecret(stage);
  const store = await ApprovalStore.open(box.stateDir);
  await store.request({ ...anApproval(), subject: 'jo', expiresAt: Date.now() + 600_000 });
  store.close();
}

async function takePictures(palette: Palette, suffix: string): Promise<void> {
  const env = { HALLPASS_THEME: palette === LIGHT ? 'light' : 'dark', TERM: 'xterm-256color' };
  using screen = new ReviewScreen(hallpass, [], { ...SIZE, env });
  const take = async (name: string, pattern: RegExp): Promise<void> => {
    await screen.shows(pattern);
    const styled = screen.styled.map((row) =>
      row.map((piece) => ({ ...piece, text: elsewhere(piece.text) })),
    );
    writeFileSync(join(DIRECTORY, `${name}${suffix}.svg`), svgOf(styled, SIZE.columns, palette));
  };
  const press = async (key: string, pattern: RegExp): Promise<void> => {
    screen.type(key);
    await screen.shows(pattern);
  };
  // Its first Escape ends a search, and nothing of that is to be seen.
  const endSearch = async (): Promise<void> => {
    screen.type(ESCAPE);
    await screen.changes(screen.lines.join('\n'));
  };
  await take('sessions', /3 sessions[\s\S]*sealed[\s\S]*sealed[\s\S]*sealed/);
  await press('A', /1 waits/);
  await take('approvals', /DROP TABLE/);
  await press(ESCAPE, /3 sessions[\s\S]*UTC {2}\d+ events/);
  await press('j', /> .*filesystem/);
  await press('\r', /seal +verified/);
  await press('/', /\/_/);
  screen.type('slack_token');
  await press('\r', /> .*chat[.]yaml/);
  await endSearch();
  await take('session', /█/);
  await press('s', /Over time/);
  await take('stats', /Calls by tool/);
  await press(ESCAPE, /seal +verified/);
  await press('\r', /why masked/);
  await take('call', /placeholder|shown as/);
  await press('a', /\+ /);
  await take('allow', /enter writes it/);
  await press(ESCAPE, /why masked[\s\S]*[?] help/);
  await press('x', /Why\?/);
  screen.type('not for others');
  await take('redact', /not for others_/);
  await press(ESCAPE, /why masked[\s\S]*[?] help/);
  await press(ESCAPE, /seal +verified/);
  await press('v', /format +pass/);
  await take('verify', /signer +pass/);
  await press(ESCAPE, /seal +verified[\s\S]*[?] help/);
  await press(ESCAPE, /3 sessions[\s\S]*UTC {2}\d+ events/);
  await press('G', /> .*run +bash/);
  await press('\r', /seal +verified/);
  await press('p', /bash/);
  await press('6', /pushed with/);
  await take('replay', /pushed with/);
  screen.type('q');
  await screen.finished;
}

/** The text without the names of the machine where the pictures are taken, as long as it was. */
function elsewhere(text: string): string {
  const person = `${userInfo().username}@${hostname()}`;
  return text
    .replaceAll(hallpass.directory, fitted('/home/ada/engine-1842', hallpass.directory.length))
    .replaceAll(person, fitted('ada@analytical', person.length));
}

function fitted(name: string, length: number): string {
  return name.slice(0, length).padEnd(length, '_');
}
