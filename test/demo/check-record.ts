import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { NO_OPENSSH, repeatWithOpenSsh } from './openssh.ts';
import { proven, shell, tell } from './page.ts';
import { expect, flipBit, run, type Stage } from './set.ts';

/** Lists, shows and verifies what was recorded; then changes one bit of a copy and verifies that. Returns the session. */
export async function checkRecord(stage: Stage): Promise<string> {
  const list = await run(stage, ['sessions', 'list']);
  shell('hallpass sessions list', list.stdout);
  expect(list.stdout.trimEnd().split('\n').length === stage.wires.length + 1, 'not every session is listed');
  const session = /^(\w+) .* mcp-server-filesystem /m.exec(list.stdout)?.[1] ?? '';
  const short = session.slice(0, 4);
  const show = await run(stage, ['sessions', 'show', short]);
  shell(`hallpass sessions show ${short}    (some of its findings)`, findings(show.stdout));
  const verify = await run(stage, ['verify', short]);
  const said = verify.stdout.trimEnd().split('\n');
  const command = said.pop()?.trim() ?? '';
  shell(`hallpass verify ${short}`, said.filter((line) => /^ |^Verified/.test(line)).join('\n'));
  expect(/^Verified: .*unattested/m.test(verify.stdout), 'the session does not verify');
  const opinion = repeatWithOpenSsh(stage, command);
  if (opinion === undefined) tell(NO_OPENSSH);
  else shell(command, opinion);
  await tamper(stage, session);
  return session;
}

// Of the known values that one: whether the id of a key is known too depends on the letters that were drawn for it.
const KINDS =
  /^(?:known at .* AWS_SECRET_ACCESS_KEY |(?:private_key|url_password|secret_value|gitlab_\w+) at )/;

// The first finding of a few kinds, and who sealed.
function findings(shown: string): string {
  const lines = shown.trimEnd().split('\n');
  const found = lines.map((line) => line.trim()).filter((line) => KINDS.test(line));
  const kinds = [...new Set(found.map(kindOf))];
  expect(kinds.length === 5, 'findings are missing from the record');
  return [...kinds.map((kind) => found.find((line) => kindOf(line) === kind)), lines.at(-1)].join('\n');
}

function kindOf(finding: string): string | undefined {
  return finding.split(' ')[0];
}

async function tamper(stage: Stage, session: string): Promise<void> {
  const { stateDir, directory } = stage.hallpass;
  const copy = join(directory, 'copy');
  await mkdir(copy);
  for (const name of await readdir(join(stateDir, 'sessions')))
    if (name.startsWith(session)) await copyFile(join(stateDir, 'sessions', name), join(copy, name));
  const log = join(copy, `${session}.jsonl`);
  const at = await flipBit(log, '"read_text_file"');
  const { stdout, code } = await run(stage, ['verify', log], { code: 6 });
  const failed = stdout.split('\n').filter((line) => /^ +fail /.test(line));
  shell(`hallpass verify copy/${session}.jsonl    (one bit of byte ${at} flipped)`, failed.join('\n'));
  expect(failed.length > 0, 'the changed session was believed');
  proven(`refused, exit code ${code}`);
}
