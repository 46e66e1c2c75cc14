import { BaseCommand } from '../../cli/base-command.ts';

export default class SessionsList extends BaseCommand {
  static override summary = 'List what was recorded on this machine, newest first.';
  static override description =
    'Read from both ends of each log: quick, and no proof of anything (see verify). A session whose process is gone is sealed on the way.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  async run(): Promise<void> {
    const { flags } = await this.parse(SessionsList);
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
