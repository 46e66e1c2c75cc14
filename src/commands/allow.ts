import { string as argument } from '@oclif/core/args';
import { boolean, option, string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';

export default class Allow extends BaseCommand {
  static override summary = 'Let one finding stand: of `hallpass scan`, or of what was masked.';
  static override description =
    'With a fingerprint: writes an exception for it into hallpass.allow.yaml of its project, after showing the finding and what will be written. Only `scan` heeds that file: what is masked before a model stays masked. With a placeholder (hpm_…): writes an exception into your own exceptions.yaml, and from the next session on the value it stands for passes unmasked in this workspace. What is known to be a secret never does. `allow list` shows what has been allowed, `allow rm` takes it back.';
  static override usage = ['allow FINGERPRINT [PATH...]', 'allow PLACEHOLDER [--connection NAME]'];
  static override examples = [
    '<%= config.bin %> <%= command.id %> 9f86d081884c7d65',
    '<%= config.bin %> <%= command.id %> 9f86d081884c7d65 --reason "made up for the tests" --yes',
    '<%= config.bin %> <%= command.id %> hpm_secret_value_qcaviokvguvi2hzp --connection github',
  ];
  static override strict = false;
  static override args = {
    finding: argument({
      description: 'a fingerprint as `scan` shows it (its beginning is enough), or a placeholder',
      required: true,
    }),
    path: argument({ description: 'where it was found; else all of this project is searched' }),
  };
  static override flags = {
    reason: string({ description: 'why it may stay, for whoever reads the file' }),
    profile: option({ options: ['mask', 'alert'] as const })({
      default: 'alert',
      description: 'the one it was found with',
    }),
    connection: string({ description: 'of a placeholder: only through this connection, or by this command' }),
    yes: boolean({ char: 'y', description: 'ask nothing' }),
  };

  async run(): Promise<void> {
    const { argv, args, flags } = await this.parse(Allow);
    const { runAllow } = await import('../cli/run-allow.ts');
    const paths = argv.slice(1).map(String);
    return runAllow({ ...flags, finding: args.finding, paths, json: flags.json }, this.terminal);
  }
}
