import { boolean, string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class SessionsRedact extends BaseCommand {
  static override summary = 'Remove payloads from a recorded session for good, before it is uploaded.';
  static override description =
    'The events stay, with what they say of method, tool and findings, and so do the commitments to the payloads: the log says that they were removed and why, and the session is sealed anew. Refused for a session that does not verify, and once a hub has any of it.';
  static override usage = ['sessions redact SESSION EVENT... --reason TEXT'];
  static override examples = [
    '<%= config.bin %> <%= command.id %> last 3 --reason "names a customer"',
    '<%= config.bin %> <%= command.id %> 7k2m 3 4 12 --reason "not ours to keep" --yes',
  ];
  static override strict = false;
  static override flags = {
    reason: string({ description: 'why; it is recorded, secrets in it masked', required: true }),
    yes: boolean({ description: 'do not ask', char: 'y' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(SessionsRedact);
    const { runRedact } = await import('../../cli/run-amend.ts');
    await runRedact({ words: argv.map(String), ...flags }, this.terminal);
  }
}
