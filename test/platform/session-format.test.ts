import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { writeAllowedSigner } from '../../src/platform/allowed-signers.ts';
import { DEVICE, recordSession, temporaryDirectory } from '../helpers/recorded-session.ts';

const DOCUMENT = readFileSync(new URL('../../docs/session-format.md', import.meta.url), 'utf8');

/** The code blocks of the document in one language, as a reader would copy them. */
function blocks(language: string): string[] {
  return [...DOCUMENT.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code]) => code ?? '',
  );
}

test('the commands of docs/session-format.md check a session without hallpass', async () => {
  using directory = temporaryDirectory();
  const files = await recordSession(`${directory.path}/sessions`);
  writeAllowedSigner(`${directory.path}/allowed_signers`, DEVICE.publicKey);
  const options = {
    cwd: directory.path,
    env: { PATH: process.env['PATH'], ID: files.id },
    encoding: 'utf8',
  } as const;
  const [seal = '', payload = ''] = blocks('sh');

  const [signature, lines, sealed] = execFileSync('bash', ['-ec', seal], options).split('\n');
  expect(signature).toBe(
    `Good "hallpass-session" signature for hallpass-device with ED25519 key ${DEVICE.record.key}`,
  );
  expect(lines).toBe(sealed);

  const [digest = '', commit = ''] = execFileSync('bash', ['-ec', `cd sessions\n${payload}`], options).split(
    '\n',
  );
  expect(commit).toBe(`"commit":"${digest.slice(0, 64)}"`);

  const [python = ''] = blocks('python');
  const root = execFileSync(
    'python3',
    ['-c', python, `${directory.path}/sessions/${files.id}`],
    options,
  ).trim();
  expect(root).toBe(readFileSync(files.checkpoint, 'utf8').split('\n')[2]);
});
