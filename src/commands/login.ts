import { string as argument } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';

export default class Login extends BaseCommand {
  static override summary = 'Prove to a hub who you are.';
  static override description =
    'Shows a code that you approve in a browser, on this machine or any other, and a QR code for a phone where the terminal has room for one. The login is kept encrypted under a key of the keychain, and renewed when needed. Without HUB: the hub of HALLPASS_HUB, or that of the last login.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> https://hub.example.com',
    '<%= config.bin %> <%= command.id %> --profile staging https://hub.staging.example.com',
  ];
  static override args = {
    hub: argument({ description: 'address of the hub' }),
  };
  static override flags = {
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE); "default" unless named' }),
    browser: boolean({
      description: 'open a browser; never over SSH or in CI',
      default: true,
      allowNo: true,
    }),
    'accept-new-keys': boolean({ description: 'trust the keys that the hub has now, if it was set up anew' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Login);
    const [{ login }, { loginDeps }, { jsonPresenter, qrDrawer, textPresenter }] = await Promise.all([
      import('../app/login.ts'),
      import('../cli/compose-identity.ts'),
      import('../cli/present-login.ts'),
    ]);
    const presenter = flags.json
      ? jsonPresenter(this.terminal)
      : textPresenter(this.terminal, await qrDrawer(this.terminal));
    const deps = await loginDeps(
      { profile: flags.profile, browser: flags.browser },
      presenter,
      this.terminal,
    );
    presenter.done(await login({ hub: args.hub, acceptNewKeys: flags['accept-new-keys'] }, deps));
    const [{ uploadAfterLogin }, { policyAfterLogin }] = await Promise.all([
      import('../cli/compose-upload.ts'),
      import('../cli/compose-central.ts'),
    ]);
    const note = (line: string): void => this.terminal.note(`hallpass: ${line}`);
    await policyAfterLogin(flags.profile, note);
    await uploadAfterLogin(flags.profile, note);
  }
}
