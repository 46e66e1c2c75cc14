import { string as argument } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';

export default class Review extends BaseCommand {
  static override summary =
    'Look through sessions on the terminal: what was asked, answered, masked, and why.';
  static override description =
    'The sessions of this machine, one of them as a timeline of calls, one call with its masked messages; a search through all of it; a replay. Keys are told by ?. Its seal is checked while you look. Needs a terminal: elsewhere `sessions show` prints a session. HALLPASS_THEME=light or dark says what your terminal writes on where it does not say so itself.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> last',
    '<%= config.bin %> <%= command.id %> --follow',
    '<%= config.bin %> <%= command.id %> --hub',
  ];
  static override args = {
    session: argument({ description: 'a session, the beginning of one, or `last`; without it a list' }),
  };
  static override flags = {
    follow: boolean({
      description: 'stay at the end of the session that is being recorded; wait for one where there is none',
    }),
    hub: boolean({ description: 'the sessions of the hub' }),
    profile: string({ description: 'the login whose hub it is (HALLPASS_PROFILE)' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Review);
    const { openReview } = await import('../cli/run-review.ts');
    return openReview({ ...flags, session: args.session }, this.terminal);
  }
}
