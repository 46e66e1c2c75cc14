import { string as argument } from '@oclif/core/args';
import { integer } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class SessionsNote extends BaseCommand {
  static override summary = 'Add a remark to a recorded session, before it is uploaded.';
  static override description =
    'It becomes a part of the log, which is sealed anew; secrets in it are masked. Refused for a session that does not verify, and once a hub has any of it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> last "tried the new release"',
    '<%= config.bin %> <%= command.id %> 7k2m "this one was on purpose" --event 12',
  ];
  static override args = {
    session: argument({ description: 'a session, the beginning of one, or `last`', required: true }),
    text: argument({ description: 'the remark', required: true }),
  };
  static override flags = {
    event: integer({ description: 'the event it is about, as `sessions show --json` numbers it', min: 0 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsNote);
    const { runNote } = await import('../../cli/run-amend.ts');
    const input = { query: args.session, text: args.text, target: flags.event };
    await runNote(input, { json: flags.json, terminal: this.terminal });
  }
}
