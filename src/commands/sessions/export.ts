import { string as argument } from '@oclif/core/args';
import { option, string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class SessionsExport extends BaseCommand {
  static override summary = 'Write a recorded session out.';
  static override description =
    '`json`: one document with every event and masked payload. `bundle`: a directory with the files of the session, the keys to check them by and a README that says how. `asciicast`: a recording (asciicast v2) for players of terminal sessions: what a command wrote when it did, or calls as text.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> last > session.json',
    '<%= config.bin %> <%= command.id %> 7k2m --format bundle --output ./evidence',
    '<%= config.bin %> <%= command.id %> last --format asciicast --output run.cast',
  ];
  static override args = {
    session: argument({ description: 'a session, the beginning of one, or `last`', required: true }),
  };
  static override flags = {
    format: option({
      description: 'what to write',
      options: ['json', 'bundle', 'asciicast'] as const,
      default: 'json' as const,
    })(),
    output: string({ description: 'where to; nothing is overwritten', char: 'o' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsExport);
    const { writeSession } = await import('../../cli/write-export.ts');
    const request = { query: args.session, output: flags.output };
    const { inspected, path } = await writeSession(flags.format, request, this.terminal);
    const { session } = inspected;
    if (path !== undefined && flags.json) this.terminal.json({ session, path });
    else if (path !== undefined) this.terminal.note(`session ${session} is in ${path}`);
    const { corruption } = await import('../../app/show-session.ts');
    const error = corruption(inspected);
    if (error !== undefined) throw error;
  }
}
