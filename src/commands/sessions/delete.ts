import { string as argument } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class SessionsDelete extends BaseCommand {
  static override summary = 'Delete a recorded session.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 7k2m9q4xw1ab',
    '<%= config.bin %> <%= command.id %> last --yes',
  ];
  static override args = {
    session: argument({ description: 'a session, the beginning of one, or `last`', required: true }),
  };
  static override flags = {
    yes: boolean({ description: 'do not ask', char: 'y' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsDelete);
    const [{ deleteSession }, { sessionsDeps }, { confirmDelete }] = await Promise.all([
      import('../../app/sessions.ts'),
      import('../../cli/compose-sessions.ts'),
      import('../../cli/confirm-delete.ts'),
    ]);
    const confirm = flags.yes ? () => Promise.resolve(true) : confirmDelete(this.terminal);
    const result = await deleteSession(args.session, { ...sessionsDeps(this.terminal), confirm });
    if (flags.json) this.terminal.json(result);
    else this.terminal.result(`session ${result.session} ${result.deleted ? 'deleted' : 'kept'}`);
  }
}
