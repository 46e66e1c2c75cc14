import { string as argument } from '@oclif/core/args';
import { string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';

export default class Mint extends BaseCommand {
  static override summary = 'Print a short-lived token for one connection.';
  static override description =
    "The token alone on stdout. Minted at the hub by your grants there, or as hallpass.yaml says; kept encrypted until a minute before it ends. A credential that is the proxy's alone is refused: connect uses it for you.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> demo',
    '<%= config.bin %> <%= command.id %> demo --scope read --json',
  ];
  static override args = {
    connection: argument({ description: 'what the token is for', required: true }),
  };
  static override flags = {
    scope: string({ description: 'ask for no more than this; may be repeated', multiple: true }),
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE); "default" unless named' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Mint);
    const [{ mint, scopesIn }, { mintDeps, openIdentity }, { presentToken }] = await Promise.all([
      import('../app/mint.ts'),
      import('../cli/compose-identity.ts'),
      import('../cli/present-mint.ts'),
    ]);
    const request = { connection: args.connection, scopes: scopesIn(flags.scope ?? []) };
    const token = await mint(request, mintDeps(await openIdentity(flags.profile)));
    presentToken(token, { json: flags.json, terminal: this.terminal });
  }
}
