import { string as argument } from '@oclif/core/args';

import { BaseCommand } from '../../cli/base-command.ts';

export default class SecretRm extends BaseCommand {
  static override summary = 'Forget a stored secret.';
  static override examples = ['<%= config.bin %> <%= command.id %> GITHUB_TOKEN'];
  static override args = {
    name: argument({ description: 'what it is called', required: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretRm);
    const { openOwnIdentity, secretBook } = await import('../../cli/compose-identity.ts');
    secretBook(await openOwnIdentity(undefined)).remove(args.name);
    if (flags.json) this.terminal.json({ name: args.name, removed: true });
    else this.terminal.result(`Removed ${args.name}`);
  }
}
