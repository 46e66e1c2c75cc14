import { boolean, string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class SessionsUpload extends BaseCommand {
  static override summary = 'Upload recorded sessions to the hub.';
  static override description =
    'Sends what the hub does not hold yet, has the session attested, and keeps the hub’s receipt beside it once the proof in it is checked. May be repeated and interrupted.';
  static override usage = ['sessions upload SESSION...', 'sessions upload --pending'];
  static override examples = [
    '<%= config.bin %> <%= command.id %> last',
    '<%= config.bin %> <%= command.id %> --pending --json',
  ];
  static override strict = false;
  static override flags = {
    pending: boolean({ description: 'everything that could not be uploaded so far' }),
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE)' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(SessionsUpload);
    const [{ uploadSessions }, { openUploads }, { presentUploads }] = await Promise.all([
      import('../../app/upload-sessions.ts'),
      import('../../cli/compose-upload.ts'),
      import('../../cli/present-upload.ts'),
    ]);
    const deps = await openUploads(flags.profile, this.terminal);
    const tried = await uploadSessions({ queries: argv.map(String), pending: flags.pending }, deps);
    presentUploads(tried, { json: flags.json }, this.terminal);
    const failed = tried.find(({ error }) => error !== undefined)?.error;
    if (failed !== undefined) throw failed;
  }
}
