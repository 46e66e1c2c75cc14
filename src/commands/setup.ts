import { string as argument } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';

const CLIENTS = ['claude-code', 'cursor'] as const;

export default class Setup extends BaseCommand {
  static override summary = 'Put hallpass before the MCP servers of a client.';
  static override description =
    'Shows what it would change and asks. Each server is then started through hallpass; secrets in its variables and headers move to the keychain. Comments and all else in the file stay, and --undo puts it back byte for byte. No server is started.';
  static override usage = ['setup CLIENT [SERVER...]', 'setup CLIENT --undo'];
  static override examples = [
    '<%= config.bin %> <%= command.id %> claude-code',
    '<%= config.bin %> <%= command.id %> cursor github --dry-run',
    '<%= config.bin %> <%= command.id %> cursor --undo',
  ];
  static override strict = false;
  static override args = {
    client: argument({ description: 'whose servers', options: CLIENTS, required: true }),
    server: argument({ description: 'only these of them' }),
  };
  static override flags = {
    project: boolean({ description: 'the file of this project instead of your own' }),
    'keep-secrets': boolean({ description: 'leave secrets where they are' }),
    'dry-run': boolean({ description: 'show it, write nothing' }),
    yes: boolean({ char: 'y', description: 'ask nothing' }),
    undo: boolean({
      description: 'take the last setup back',
      exclusive: ['keep-secrets', 'dry-run'],
    }),
    merge: boolean({
      description: 'with --undo: also where the file has changed since, server by server',
      dependsOn: ['undo'],
    }),
  };

  async run(): Promise<void> {
    const { args, argv, flags } = await this.parse(Setup);
    const client = CLIENTS.find((name) => name === args.client) ?? 'claude-code';
    const only = argv.slice(1).map(String);
    if (flags.undo) return this.#undo(client, flags);
    const [{ setup }, { setupDeps }, { setupLine }] = await Promise.all([
      import('../app/setup.ts'),
      import('../cli/compose-setup.ts'),
      import('../cli/present-setup.ts'),
    ]);
    const request = {
      client,
      isProject: flags.project,
      only,
      keepSecrets: flags['keep-secrets'],
      dryRun: flags['dry-run'],
      yes: flags.yes,
    };
    const result = await setup(request, setupDeps(request, this.terminal));
    if (flags.json) this.terminal.json(result);
    else this.terminal.result(setupLine(result));
  }

  async #undo(
    client: (typeof CLIENTS)[number],
    flags: { project: boolean; merge: boolean; json: boolean },
  ): Promise<void> {
    const [{ undoSetup }, { undoDeps }, { undoLine }] = await Promise.all([
      import('../app/setup-undo.ts'),
      import('../cli/compose-setup.ts'),
      import('../cli/present-setup.ts'),
    ]);
    const deps = await undoDeps({ client, isProject: flags.project });
    const result = undoSetup(client, { merge: flags.merge }, deps);
    if (flags.json) this.terminal.json(result);
    else this.terminal.result(undoLine(result));
  }
}
