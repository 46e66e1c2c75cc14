import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { sandbox, type Sandbox } from '../helpers/hallpass.ts';

const HELLO = '{"jsonrpc":"2.0","method":"hello"}\n';

/** Records a session whose process is killed. Returns its id. */
async function crash(hallpass: Sandbox): Promise<string> {
  const running = hallpass.spawn(['connect', '--', 'cat']);
  running.child.stdin.write(HELLO);
  await running.saying('stdout', /hello/);
  running.child.kill('SIGKILL');
  await running.finished;
  const log = readdirSync(sessionsOf(hallpass)).find((name) => name.endsWith('.jsonl'));
  return log?.replace('.jsonl', '') ?? '';
}

function sessionsOf({ stateDir }: Sandbox): string {
  return join(stateDir, 'sessions');
}

test('connect seals what a crashed session left, once its own is done', async () => {
  await using hallpass = await sandbox();
  const session = await crash(hallpass);
  const seal = join(sessionsOf(hallpass), `${session}.checkpoint`);
  expect(existsSync(seal)).toBe(false);
  expect(await hallpass.run(['connect', '--', 'cat'], { stdin: HELLO })).toMatchObject({
    stdout: HELLO,
    code: 0,
  });
  expect(existsSync(seal)).toBe(true);
});

test('what of a crashed session can not be sealed is no concern of connect', async () => {
  await using hallpass = await sandbox();
  const session = await crash(hallpass);
  rmSync(join(sessionsOf(hallpass), `${session}.payloads`));
  writeFileSync(join(sessionsOf(hallpass), '000000000000.jsonl'), 'no log\n'.repeat(3));
  const { stderr, code } = await hallpass.run(['connect', '--', 'cat'], { stdin: HELLO });
  expect(stderr).toMatch(/^0 secrets masked, 0 exposed, sealed\. [^\n]*\n$/);
  expect(code).toBe(0);
});
