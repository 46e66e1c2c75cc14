import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Finished } from '../helpers/hallpass.ts';
import { proven, shell, tell } from './page.ts';
import { expect, type Stage } from './set.ts';

/** Lists, shows and verifies what was recorded; then changes one byte of a copy and verifies that. */
export async function checkRecord(stage: Stage): Promise<void> {
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
  shell(`hallpass verify ${short}`, said.join('\n'));
  expect(/^Verified: .*unattested/m.test(verify.stdout), 'the session does not verify');
  repeatWithOpenSsh(stage, command);
  await tamper(stage, session);
}

async function run({ hallpass }: Stage, args: string[], code = 0): Promise<Finished> {
  const finished = await hallpass.run(args);
  expect(finished.code === code, `hallpass ${args.join(' ')} exited ${finished.code}: ${finished.stderr}`);
  return finished;
}

const KINDS = /^(?:known|private_key|url_password|secret_value|gitlab_\w+) at /;

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

// Exactly what hallpass printed, in a shell, as a person would.
function repeatWithOpenSsh({ hallpass }: Stage, command: string): void {
  expect(command.startsWith('ssh-keygen -Y verify '), 'verify printed no ssh-keygen command');
  if (spawnSync('ssh-keygen', ['-?'], { env: hallpass.env }).error !== undefined)
    return tell('(ssh-keygen is not installed here, so its second opinion is missing)');
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', command], {
    env: hallpass.env,
    encoding: 'utf8',
  });
  shell(command, `${stdout}${stderr}`);
  expect(status === 0 && stdout.startsWith('Good "hallpass-session" signature'), 'ssh-keygen disagrees');
}

async function tamper(stage: Stage, session: string): Promise<void> {
  const { stateDir, directory } = stage.hallpass;
  const copy = join(directory, 'copy');
  await mkdir(copy);
  for (const name of await readdir(join(stateDir, 'sessions')))
    if (name.startsWith(session)) await copyFile(join(stateDir, 'sessions', name), join(copy, name));
  const log = join(copy, `${session}.jsonl`);
  const bytes = await readFile(log);
  const at = bytes.indexOf('"read_text_file"') + 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(log, bytes);
  const { stdout, stderr, code } = await run(stage, ['verify', log], 6);
  const failed = stdout.split('\n').filter((line) => /^ +fail /.test(line));
  shell(
    `hallpass verify copy/${session}.jsonl    (one bit of byte ${at} flipped)`,
    [...failed, stderr].join('\n'),
  );
  proven(`refused, exit code ${code}`);
}
