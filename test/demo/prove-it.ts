import { cp } from 'node:fs/promises';
import { join } from 'node:path';

import type { DemoHub } from './meet-hub.ts';
import { NO_OPENSSH, repeatWithOpenSsh } from './openssh.ts';
import { proven, shell, tell } from './page.ts';
import { expect, flipBit, run, type Stage } from './set.ts';

/** Who recorded it, and when: to oneself, to an auditor, to nobody else; and by a hub that lies. */
export async function proveIt(
  stage: Stage,
  hub: DemoHub,
  { session, earlier }: { session: string; earlier: string },
): Promise<void> {
  const { env } = hub.wire;
  const short = session.slice(0, 4);
  const verify = await run(stage, ['verify', short], { env });
  shell(
    `hallpass verify ${short}    (what the hub adds; all of it checked on this machine)`,
    proof(verify.stdout),
  );
  const command = verify.stdout.trimEnd().split('\n').pop()?.trim() ?? '';
  const opinion = repeatWithOpenSsh(stage, command);
  if (opinion === undefined) tell(NO_OPENSSH);
  else proven(`ssh-keygen says so too: ${opinion.replace(/ key .*/, ' key')}`);
  const upload = await run(stage, ['sessions', 'upload', earlier], { env });
  shell(`hallpass sessions upload ${earlier.slice(0, 4)}    (recorded before the login)`, upload.stdout);
  const list = await run(stage, ['sessions', 'list', '--hub', '--profile', 'auditor'], { env });
  shell('hallpass sessions list --hub --profile auditor', list.stdout);
  expect(
    [session, earlier].every((id) => list.stdout.includes(id)),
    'the auditor does not see the sessions',
  );
  const audit = await run(stage, ['verify', short, '--hub', '--profile', 'auditor'], { env });
  shell(`hallpass verify ${short} --hub --profile auditor`, proof(audit.stdout).split('\n').at(-1) ?? '');
  const refused = await run(stage, ['verify', session, '--hub', '--profile', 'stranger'], { env, code: 2 });
  shell(`hallpass verify ${session} --hub --profile stranger`, refused.stderr.split('\n')[0] ?? '');
  expect(refused.stderr.includes('[ERR_NO_SUCH_SESSION]'), 'the stranger was told something else');
  expect(refused.stdout === '', 'the stranger was told something');
  await lie(stage, hub, session);
}

/** The claims `identity` and `time`, and the verdict. */
function proof(said: string): string {
  const shown = said.split('\n').filter((line) => /^ +pass +(?:identity|time) |^Verified: /.test(line));
  expect(shown.length === 3, `the session is not proven:\n${said}`);
  return shown.join('\n');
}

/** For a while a hub on a copy of the data answers, with one bit of it changed. */
async function lie(stage: Stage, hub: DemoHub, session: string): Promise<void> {
  const copy = join(hub.dataDir, '..', 'copy');
  await hub.stop();
  await cp(hub.dataDir, copy, { recursive: true });
  const at = await flipBit(join(copy, 'sessions', `${session}.log`), '"check-in"');
  await hub.start(copy);
  const { stdout, code } = await run(stage, ['verify', session, '--hub'], { code: 6, env: hub.wire.env });
  const failed = stdout.split('\n').filter((line) => /^ +fail /.test(line));
  shell(
    `hallpass verify ${session} --hub    (one bit of byte ${at} flipped in what the hub holds)`,
    failed.join('\n'),
  );
  expect(failed.length > 0, 'the changed session was believed');
  proven(`refused, exit code ${code}`);
  await hub.stop();
  await hub.start(hub.dataDir);
}
