import { string as argument } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class ApprovalsShow extends BaseCommand {
  static override summary = 'Show all that is known of one: who, what, the masked arguments, the risk.';
  static override examples = ['<%= config.bin %> <%= command.id %> apr_3f2a9c01d4e5b6a7c8d9'];
  static override args = {
    approval: argument({
      required: true,
      description: 'its id, or how that begins; the list and the refused call name it',
    }),
  };
  static override flags = {
    hub: boolean({ description: 'look at the hub only, where it is decided in a browser' }),
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE)' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ApprovalsShow);
    const { printApproval } = await import('../../cli/run-approvals.ts');
    return printApproval(args.approval, flags, this.terminal);
  }
}
