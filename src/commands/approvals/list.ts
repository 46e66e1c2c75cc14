import { boolean, string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class ApprovalsList extends BaseCommand {
  static override summary =
    'List the calls that wait for approval on this device, and at the hub of who is logged in, oldest first.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --all --json',
    '<%= config.bin %> <%= command.id %> --local',
  ];
  static override flags = {
    all: boolean({ description: 'also what was decided, or ran out, within the last week' }),
    local: boolean({ description: 'those of this device only', exclusive: ['hub', 'profile'] }),
    hub: boolean({ description: 'those at the hub only: your own, and those that you may decide there' }),
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE)' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ApprovalsList);
    const { printApprovals } = await import('../../cli/run-approvals.ts');
    return printApprovals(flags, this.terminal);
  }
}
