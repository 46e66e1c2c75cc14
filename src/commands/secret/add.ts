import { string as argument } from '@oclif/core/args';
import { string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';
import { HallpassError } from '../../core/errors.ts';

export default class SecretAdd extends BaseCommand {
  static override summary = 'Store a secret, encrypted under a key of the keychain.';
  static override description =
    'The value comes from stdin, or is asked for; never from an argument, which other users of this machine can read. From then on it is masked wherever connect meets it. With --origin a connection may send it there, and nowhere else.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> GITHUB_TOKEN --origin https://api.githubcopilot.com < token.txt',
    '<%= config.bin %> <%= command.id %> DATABASE_PASSWORD',
  ];
  // Whatever else stands there is refused below, without repeating it: it is likely the value.
  static override strict = false;
  static override args = {
    name: argument({ description: 'what to call it' }),
  };
  static override flags = {
    origin: string({ description: 'where it may be sent; may be repeated', multiple: true }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(SecretAdd).catch(() => {
      // Not oclif's own words: they would repeat what stands there.
      throw valueGiven();
    });
    const [name, ...rest] = argv.map(String);
    if (name === undefined) throw new HallpassError('ERR_USAGE', 'secret add needs a name');
    if (rest.length > 0) throw valueGiven();
    const [{ addSecret }, { openOwnIdentity, readSecretValue, secretBook }] = await Promise.all([
      import('../../app/secrets.ts'),
      import('../../cli/compose-identity.ts'),
    ]);
    const added = await addSecret(
      { name, origins: flags.origin ?? [] },
      {
        book: secretBook(await openOwnIdentity(undefined)),
        readValue: () => readSecretValue(this.terminal),
        now: Date.now,
      },
    );
    if (added.weak)
      this.terminal.note(
        'hallpass: the value is short or ordinary: it is masked only where the text around it says that it is a secret',
      );
    if (flags.json) this.terminal.json(added);
    else this.terminal.result(`${added.replaced ? 'Replaced' : 'Stored'} ${added.name}`);
  }
}

function valueGiven(): HallpassError {
  return new HallpassError('ERR_USAGE', 'secret add takes a name and no more: a value is no argument', {
    hint: 'Other users of this machine can read command lines, and the shell has kept this one: change the secret if it was one. Give it on stdin.',
  });
}
