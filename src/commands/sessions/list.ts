import { boolean, string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class SessionsList extends BaseCommand {
  static override summary = 'List what was recorded on this machine, or what the hub has, newest first.';
  static override description =
    'Read from both ends of each log: quick, and no proof of anything (see verify). A session whose process is gone is sealed on the way. FINDINGS counts each time something was found, where the last line of a session counts each secret once.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
    '<%= config.bin %> <%= command.id %> --hub',
  ];
  static override flags = {
    hub: boolean({ description: 'sessions at the hub: yours, or everybody’s for auditors' }),
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE)', dependsOn: ['hub'] }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(SessionsList);
    if (flags.hub) {
      const { listAtHub } = await import('../../cli/run-hub-sessions.ts');
      return listAtHub({ profile: flags.profile, json: flags.json }, this.terminal);
    }
    const [{ listSessions }, { sessionsDeps }, { presentList }] = await Promise.all([
      import('../../app/sessions.ts'),
      import('../../cli/compose-sessions.ts'),
      import('../../cli/present-sessions.ts'),
    ]);
    const sessions = await listSessions(sessionsDeps(this.terminal));
    if (!flags.json) return presentList(sessions, this.terminal);
    for (const session of sessions) this.terminal.json(session);
  }
}
