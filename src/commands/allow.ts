import { string as argument } from '@oclif/core/args';
import { boolean, option, string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';

export default class Allow extends BaseCommand {
  static override summary = 'Let one finding of `hallpass scan` stand.';
  static override description =
    'Writes an exception for it into hallpass.allow.yaml of its project, after showing the finding and what will be written. Only `scan` heeds that file: what is masked before a model stays masked.';
  static override usage = ['allow FINGERPRINT [PATH...]'];
  static override examples = [
    '<%= config.bin %> <%= command.id %> 9f86d081884c7d65',
    '<%= config.bin %> <%= command.id %> 9f86d081884c7d65 --reason "made up for the tests" --yes',
  ];
  static override strict = false;
  static override args = {
    fingerprint: argument({ description: 'as `scan` shows it; its beginning is enough', required: true }),
    path: argument({ description: 'where it was found; else all of this project is searched' }),
  };
  static override flags = {
    reason: string({ description: 'why it may stay, for whoever reads the file' }),
    profile: option({ options: ['mask', 'alert'] as const })({
      default: 'alert',
      description: 'the one it was found with',
    }),
    yes: boolean({ char: 'y', description: 'ask nothing' }),
  };

  async run(): Promise<void> {
    const { argv, args, flags } = await this.parse(Allow);
    const [{ allowFinding }, { allowDeps }] = await Promise.all([
      import('../app/allow.ts'),
      import('../cli/compose-allow.ts'),
    ]);
    const deps = await allowDeps({ paths: argv.slice(1).map(String), profile: flags.profile }, this.terminal);
    const { reason, yes } = flags;
    const result = await allowFinding({ fingerprint: args.fingerprint, reason, yes }, deps);
    if (flags.json) this.terminal.json(result);
    else this.terminal.result(`allowed ${result.fingerprint} in ${result.file}`);
  }
}
