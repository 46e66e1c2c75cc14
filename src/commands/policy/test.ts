import { string as argument } from '@oclif/core/args';

import { BaseCommand } from '../../cli/base-command.ts';

export default class PolicyTest extends BaseCommand {
  static override summary = 'Run the table of calls beside a policy.';
  static override description =
    'policy.test.yaml stands beside policy.yaml: calls, and what the policy is to say of each. A line for each row; exit code 7 if one fails.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> hallpass.policy.yaml',
  ];
  static override args = {
    file: argument({
      description: 'the policy or its table; that of the project here, or your own, unless named',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyTest);
    const { testPolicy } = await import('../../cli/run-policy.ts');
    await testPolicy(args.file, flags.json, this.terminal);
  }
}
