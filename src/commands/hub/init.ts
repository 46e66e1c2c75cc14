import { string as argument } from '@oclif/core/args';

import { BaseCommand } from '../../cli/base-command.ts';

export default class HubInit extends BaseCommand {
  static override summary = 'Write a hub.yaml to begin with.';
  static override description =
    'Every setting stands in it with a comment. Nothing is overwritten. The hub does not start from it until an admin group stands there.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> staging/hub.yaml',
  ];
  static override args = {
    file: argument({ description: 'where to write it', default: 'hub.yaml' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HubInit);
    const { writeHubFile } = await import('../../cli/compose-hub.ts');
    const path = await writeHubFile(args.file);
    if (flags.json) return this.terminal.json({ path });
    this.terminal.result(path);
    this.terminal.note(
      'Name an issuer and an admin group in it, then: hallpass hub start --config ' + args.file,
    );
  }
}
