import { string as text } from '@oclif/core/args';
import { string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class ApprovalsDeny extends BaseCommand {
  static override summary = 'Deny one call that waits, also one that was approved and has not gone on yet.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> apr_3f2a9c01d4e5b6a7c8d9 --reason "not on a Friday"',
  ];
  static override args = {
    approval: text({
      required: true,
      description: 'its id, or how that begins; the list and the refused call name it',
    }),
  };
  static override flags = {
    reason: string({ description: 'why; it is recorded with the session', default: '' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ApprovalsDeny);
    const { sayOf } = await import('../../cli/run-approvals.ts');
    const word = { verdict: 'deny', reason: flags.reason } as const;
    await sayOf(args.approval, word, { json: flags.json, terminal: this.terminal });
  }
}
