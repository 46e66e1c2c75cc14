import { BaseCommand } from '../../cli/base-command.ts';

export default class SecretList extends BaseCommand {
  static override summary = 'List the stored secrets: names, origins and dates, never values.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  async run(): Promise<void> {
    const { flags } = await this.parse(SecretList);
    const [{ listSecrets }, { openOwnIdentity, secretBook }, { presentSecrets }] = await Promise.all([
      import('../../app/secrets.ts'),
      import('../../cli/compose-identity.ts'),
      import('../../cli/present-secrets.ts'),
    ]);
    const secrets = listSecrets(secretBook(await openOwnIdentity(undefined)));
    if (!flags.json) return presentSecrets(secrets, this.terminal);
    for (const secret of secrets) this.terminal.json(secret);
  }
}
