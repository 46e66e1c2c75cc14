import { string as argument } from '@oclif/core/args';

import { BaseCommand } from '../../cli/base-command.ts';

export default class PolicyCheck extends BaseCommand {
  static override summary = 'Say all that is wrong with a policy.';
  static override description =
    'Each error with file, line and column, the line with a caret under it, and what was perhaps meant. Exit code 7 if there is any.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> hallpass.policy.yaml',
    '<%= config.bin %> <%= command.id %> policy.yaml --json',
  ];
  static override args = { file: argument({ description: 'the policy', required: true }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyCheck);
    const { checkPolicy } = await import('../../cli/run-policy.ts');
    await checkPolicy(args.file, flags.json, this.terminal);
  }
}
