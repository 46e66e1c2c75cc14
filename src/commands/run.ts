import { boolean, option, string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';
import { runFailure } from '../cli/run-failure.ts';

export default class Run extends BaseCommand {
  static override summary = 'Run a command: mask what it prints, record it, exit as it does.';
  static override description =
    'On a terminal the command has one of its own; elsewhere its stdout and stderr stay apart. The exit code is its own (128 + n for signal n; 126, 127: it can not be run, was not found), or 125 when hallpass failed it. No shell is involved unless --shell asks for one.';
  static override usage = ['run [FLAGS] -- COMMAND [ARGS...]'];
  static override examples = [
    '<%= config.bin %> <%= command.id %> -- npm test',
    '<%= config.bin %> <%= command.id %> --with tickets:read -- ./report.sh',
    '<%= config.bin %> <%= command.id %> --require-upload -- ./deploy.sh production',
    "<%= config.bin %> <%= command.id %> --shell -- 'make 2>&1 | tee build.log'",
  ];
  static override strict = false;
  static override flags = {
    with: string({
      description: 'hand it a credential of this connection, in a variable or a file; may be repeated',
      helpValue: 'CONNECTION[:SCOPES]',
      multiple: true,
      multipleNonGreedy: true,
    }),
    shell: boolean({ description: 'have /bin/sh run the words, joined by blanks, as a command line' }),
    'fail-on-leak': boolean({
      description: 'exit 125 when the command printed a secret, though it was masked',
    }),
    policy: string({
      description:
        'observe, guard, approve, locked, or a file (HALLPASS_POLICY); your own, or guard, unless named',
    }),
    upload: option({
      description: 'when the session goes to the hub: end (default) for who is logged in, else manual',
      options: ['live', 'end', 'manual'] as const,
    })(),
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE); "default" unless named' }),
    'require-upload': boolean({ description: 'exit 125 unless the hub has the session and proves it' }),
  };

  async run(): Promise<void> {
    const end = this.argv.indexOf('--');
    const words = end === -1 ? [] : this.argv.slice(end + 1);
    const { flags, argv: before } = await this.parse(Run, end === -1 ? this.argv : this.argv.slice(0, end));
    const { commandLine } = await import('../cli/command-line.ts');
    const argv = commandLine(words, { before: before.map(String), shell: flags.shell });
    const [{ runRun }, { finishRun }] = await Promise.all([
      import('../cli/compose-run.ts'),
      import('../cli/finish-run.ts'),
    ]);
    const upload = { mode: flags.upload, required: flags['require-upload'] };
    const { policy, profile, json } = flags;
    const done = await runRun({ argv, upload, policy, profile, json, with: flags.with ?? [] }, this.terminal);
    this.setExitCode(await finishRun(done, { failOnLeak: flags['fail-on-leak'], required: upload.required }));
  }

  // What went wrong with hallpass is told apart from what went wrong with the command.
  protected override async catch(error: Error): Promise<never> {
    try {
      // oxlint-disable-next-line promise/no-promise-in-callback -- oclif's name for what is told of an error
      return await super.catch(error);
    } catch (cause) {
      throw runFailure(cause);
    }
  }
}
