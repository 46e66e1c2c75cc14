import { string as argument } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';
import { HallpassError } from '../core/errors.ts';

export default class Verify extends BaseCommand {
  static override summary = 'Check every claim a recorded session makes.';
  static override description =
    'Each claim passes, fails, is redacted or stays unchecked, with the reason. Ends with the ssh-keygen command that repeats the check of the signature. Exit code 6 when a claim fails.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> last',
    '<%= config.bin %> <%= command.id %> 7k2m9q4xw1ab --hub',
    '<%= config.bin %> <%= command.id %> ./evidence/7k2m9q4xw1ab.jsonl --allowed-signers ./evidence/allowed_signers',
  ];
  static override args = {
    session: argument({
      description: 'a session, the beginning of one, `last`, or the path of a log',
      required: true,
    }),
  };
  static override flags = {
    'allowed-signers': string({
      description: 'believe the keys in this file (ssh-keygen’s format) and no other',
      exclusive: ['hub'],
    }),
    hub: boolean({
      description: 'fetch the session from the hub, and believe only the keys pinned at login',
    }),
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE)', dependsOn: ['hub'] }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Verify);
    const { failureOf, presentVerification, verificationJson } = await import('../cli/present-verify.ts');
    const allowedSigners = flags['allowed-signers'];
    const { verifyHere, verifyThere } = await import('../cli/run-verify.ts');
    const verified = flags.hub
      ? await verifyThere(args.session, flags.profile, this.terminal)
      : await verifyHere(args.session, allowedSigners, this.terminal);
    const { verification } = verified;
    if (flags.json) this.terminal.json(verificationJson(verification));
    else presentVerification(verified, this.terminal);
    if (verification.ok) return;
    throw new HallpassError('ERR_VERIFY_FAILED', failureOf(verified));
  }
}
