import { string as argument } from '@oclif/core/args';
import { string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class SessionsExport extends BaseCommand {
  static override summary = 'Write a recorded session out.';
  static override description =
    '`json`: one document with every event and masked payload. `bundle`: a directory with the files of the session, the keys to check them by and a README that says how.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> last > session.json',
    '<%= config.bin %> <%= command.id %> 7k2m --format bundle --output ./evidence',
  ];
  static override args = {
    session: argument({ description: 'a session, the beginning of one, or `last`', required: true }),
  };
  static override flags = {
    format: string({ description: 'what to write', options: ['json', 'bundle'], default: 'json' }),
    output: string({ description: 'where to; nothing is overwritten', char: 'o' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsExport);
    const { writeBundle, writeJson } = await import('../../cli/write-export.ts');
    const write = flags.format === 'bundle' ? writeBundle : writeJson;
    const { inspected, path } = await write({ query: args.session, output: flags.output }, this.terminal);
    const { session } = inspected;
    if (path !== undefined && flags.json) this.terminal.json({ session, path });
    else if (path !== undefined) this.terminal.note(`session ${session} is in ${path}`);
    const { corruption } = await import('../../app/show-session.ts');
    const error = corruption(inspected);
    if (error !== undefined) throw error;
  }
}
