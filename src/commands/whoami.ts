import { string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';

export default class Whoami extends BaseCommand {
  static override summary = 'Say who is logged in, and where.';
  static override description =
    'From what this machine knows; asks neither hub nor issuer. In CI, with HALLPASS_HUB, which job this is, and the claims of its token that a hub can go by. Exits 3 when nobody is logged in.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = {
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE); "default" unless named' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Whoami);
    const [{ whoami }, { openIdentity }, { presentWhoami }] = await Promise.all([
      import('../app/whoami.ts'),
      import('../cli/compose-identity.ts'),
      import('../cli/present-login.ts'),
    ]);
    const { state, ci } = await openIdentity(flags.profile);
    const who = whoami(state, ci?.provider.page);
    if (flags.json) this.terminal.json(who);
    else presentWhoami(who, this.terminal);
  }
}
