import { string as argument } from '@oclif/core/args';
import { string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class AllowRm extends BaseCommand {
  static override summary = 'Take back what has been allowed, by its placeholder or its fingerprint.';
  static override description =
    'Shows the lines that go, and leaves all else in the file as it is. From the next session on the value is masked again; `scan` reports the finding again at once.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> hpm_secret_value_qcaviokvguvi2hzp',
    '<%= config.bin %> <%= command.id %> hpm_secret_value_qcaviokvguvi2hzp --connection github',
    '<%= config.bin %> <%= command.id %> 9f86d081884c7d65',
  ];
  static override args = {
    exception: argument({
      description: 'a placeholder, or a fingerprint (its beginning is enough)',
      required: true,
    }),
  };
  static override flags = {
    connection: string({ description: 'of a placeholder: only what is about this connection' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AllowRm);
    const { removeAllowed } = await import('../../cli/run-allowed.ts');
    return removeAllowed({ ...args, ...flags }, this.terminal);
  }
}
