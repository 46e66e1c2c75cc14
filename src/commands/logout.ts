import { string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';

export default class Logout extends BaseCommand {
  static override summary = 'End the login, at its issuer and on this machine.';
  static override description =
    'Removes the login and every token minted with it. The hub and its pinned keys are remembered for the next login; stored secrets stay.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --profile staging',
  ];
  static override flags = {
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE); "default" unless named' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Logout);
    const [{ logout }, { logoutDeps, openOwnIdentity }] = await Promise.all([
      import('../app/logout.ts'),
      import('../cli/compose-identity.ts'),
    ]);
    const result = await logout(logoutDeps(await openOwnIdentity(flags.profile)));
    if (flags.json) return this.terminal.json(result);
    if (!result.logged_out) return this.terminal.note(`Nobody was logged in, profile ${result.profile}`);
    if (result.reason !== null)
      this.terminal.note(`hallpass: the login was not ended at its issuer: ${result.reason}`);
    this.terminal.result(`Logged out, profile ${result.profile}`);
  }
}
