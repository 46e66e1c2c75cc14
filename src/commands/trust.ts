import { string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';

export default class Trust extends BaseCommand {
  static override summary = 'Let the hallpass.yaml of this project take effect.';
  static override description =
    'A project file names commands and addresses, and came with the project. It is inert until you have seen it; any change ends the trust.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --digest 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  ];
  static override flags = {
    digest: string({ description: 'SHA-256 of the file, as said by somebody who has read it; asks nothing' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Trust);
    const [{ trustProject }, { trustDeps }] = await Promise.all([
      import('../app/trust.ts'),
      import('../cli/compose-trust.ts'),
    ]);
    const result = await trustProject({ digest: flags.digest }, trustDeps(this.terminal));
    if (flags.json) this.terminal.json(result);
    else this.terminal.result(`trusted ${result.path}\n  sha256 ${result.digest}`);
  }
}
