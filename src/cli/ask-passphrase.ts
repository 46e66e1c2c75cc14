import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

import { HallpassError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';

/** Asks for the vault's passphrase on stderr without showing what is typed; a new one twice. */
export async function askPassphrase({ again }: { again: boolean }): Promise<Secret> {
  const first = await askHidden(
    again ? 'New passphrase for the keys of hallpass: ' : 'Passphrase of hallpass: ',
  );
  if (first === '') throw new HallpassError('ERR_KEYCHAIN', 'the passphrase is empty');
  if (again && (await askHidden('The same again: ')) !== first) {
    throw new HallpassError('ERR_KEYCHAIN', 'the two passphrases differ', { hint: 'Run the command again.' });
  }
  return new Secret(first);
}

/** Asks on stderr, and shows nothing of what is typed. */
export async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  // readline echoes to its output, so its output is nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await prompt.question('');
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
