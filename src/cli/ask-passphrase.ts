import { HallpassError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { ask } from './ask.ts';

/** Asks for the vault's passphrase on stderr without showing what is typed; a new one twice. Throws Interrupted. */
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

/** Asks on stderr, and shows nothing of what is typed. The end of the input is an empty answer. Throws Interrupted. */
export async function askHidden(question: string): Promise<string> {
  return (await ask(question, { hidden: true })) ?? '';
}
