import { string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';

export default class Approvals extends BaseCommand {
  static override summary =
    'Decide on calls that wait for a person: a live list, one key approves or denies.';
  static override description =
    'Without a terminal, and with --json, it prints what waits, as `approvals list` does. What waits at the hub of who is logged in stands there, too; deciding it opens its page in a browser. What is decided on this device proves nothing of a person: whatever has a shell as the same user could say the same, and the record of the session says so.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];
  static override flags = {
    profile: string({ description: 'the login whose hub is watched, too (HALLPASS_PROFILE)' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Approvals);
    const { openApprovals } = await import('../cli/run-approvals.ts');
    return openApprovals(flags, this.terminal);
  }
}
