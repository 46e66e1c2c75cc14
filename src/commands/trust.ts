import { string as argument } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';
import { HallpassError } from '../core/errors.ts';

export default class Trust extends BaseCommand {
  static override summary = 'Let the hallpass.yaml of this project, or tools that have changed, take effect.';
  static override description =
    'A project file names commands and addresses, and came with the project. It is inert until you have seen it; any change ends the trust. So it is with what a server says of its tools, once that is other than it was: --tools shows the difference and asks.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --digest 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    '<%= config.bin %> <%= command.id %> --tools database',
  ];
  static override args = {
    connection: argument({ description: 'with --tools: of this connection alone' }),
  };
  static override flags = {
    digest: string({
      description: 'SHA-256 of the file, as said by somebody who has read it; asks nothing',
      exclusive: ['tools'],
    }),
    tools: boolean({
      description: 'show which definitions of tools have changed, and ask whether to accept them',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Trust);
    if (flags.tools) return this.#tools(args.connection, flags.json);
    if (args.connection !== undefined)
      throw new HallpassError('ERR_USAGE', 'a connection is named with --tools only', {
        hint: `hallpass trust --tools ${args.connection}`,
      });
    const [{ trustProject }, { trustDeps }] = await Promise.all([
      import('../app/trust.ts'),
      import('../cli/compose-trust.ts'),
    ]);
    const result = await trustProject({ digest: flags.digest }, trustDeps(this.terminal));
    if (flags.json) this.terminal.json(result);
    else this.terminal.result(`trusted ${result.path}\n  sha256 ${result.digest}`);
  }

  async #tools(connection: string | undefined, json: boolean): Promise<void> {
    const [{ acceptDefinitions }, { acceptDeps }, { presentAccepted }] = await Promise.all([
      import('../app/accept-definitions.ts'),
      import('../cli/compose-trust.ts'),
      import('../cli/present-definitions.ts'),
    ]);
    presentAccepted(await acceptDefinitions({ connection }, acceptDeps(this.terminal)), this.terminal, {
      json,
    });
  }
}
