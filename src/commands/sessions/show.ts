import { string as argument } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class SessionsShow extends BaseCommand {
  static override summary = 'Show a recorded session as a timeline.';
  static override description =
    'Time, direction, method and tool, how many secrets were masked, verdict, and the time between request and response; findings with rule, place and reason. Says who sealed it, after checking.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> last',
    '<%= config.bin %> <%= command.id %> 7k2m --payloads',
  ];
  static override args = {
    session: argument({ description: 'a session, the beginning of one, or `last`', required: true }),
  };
  static override flags = {
    payloads: boolean({ description: 'show the masked messages too' }),
    hub: boolean({ description: 'fetch the session from the hub' }),
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE)', dependsOn: ['hub'] }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SessionsShow);
    const { payloads, profile, json } = flags;
    if (flags.hub) {
      const { showAtHub } = await import('../../cli/run-hub-sessions.ts');
      return showAtHub({ query: args.session, payloads, profile, json }, this.terminal);
    }
    const [{ corruption, showSession }, { sessionsDeps }, present] = await Promise.all([
      import('../../app/show-session.ts'),
      import('../../cli/compose-sessions.ts'),
      import('../../cli/present-sessions.ts'),
    ]);
    const shown = await showSession({ query: args.session, payloads }, sessionsDeps(this.terminal));
    if (json) present.presentSessionJson(shown, this.terminal);
    else present.presentSession(shown, this.terminal);
    const error = corruption(shown);
    if (error !== undefined) throw error;
  }
}
