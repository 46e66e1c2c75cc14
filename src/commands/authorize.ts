import { string as argument } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';

export default class Authorize extends BaseCommand {
  static override summary = 'Let hallpass in at an MCP server that wants OAuth.';
  static override description =
    "Opens a browser at the server's authorization server and keeps what that gives, encrypted under a key of the keychain, for this server and no other. From then on connect uses and renews it, so that no client has to know OAuth. On a terminal connect does the same when it is needed; a client that starts connect itself has it done beforehand.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> https://mcp.example.com/mcp',
    '<%= config.bin %> <%= command.id %> tickets',
    '<%= config.bin %> <%= command.id %> --remove tickets',
  ];
  static override args = {
    server: argument({ description: 'name in hallpass.yaml, or address', required: true }),
  };
  static override flags = {
    remove: boolean({ description: 'end it there and forget it' }),
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE); "default" unless named' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Authorize);
    const [{ resolveServer }, { authorizeDeps }, present, { authorizeServer, removeAuthorization }] =
      await Promise.all([
        import('../cli/resolve-target.ts'),
        import('../cli/compose-authorize.ts'),
        import('../cli/present-authorize.ts'),
        import('../app/authorize-server.ts'),
      ]);
    const { connection, target } = await resolveServer(args.server);
    const show = present.showAuthorization(this.terminal, { server: connection, json: flags.json });
    const deps = await authorizeDeps(target, { profile: flags.profile, show });
    if (flags.remove)
      present.presentRemoved(await removeAuthorization(connection, deps), this.terminal, flags.json);
    else present.presentAuthorized(await authorizeServer(connection, deps), this.terminal, flags.json);
  }
}
