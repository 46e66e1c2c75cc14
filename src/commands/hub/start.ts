import { boolean, integer, string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';
import { HallpassError } from '../../core/errors.ts';

export default class HubStart extends BaseCommand {
  static override summary = 'Run a hub: tokens, certificates, sessions and their log.';
  static override description =
    'With --dev it brings an identity provider of its own, for which any password will do, and keeps nothing. It listens on this machine only. Ctrl-C stops it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dev',
    '<%= config.bin %> <%= command.id %> --config hub.yaml --data ./hub-data',
  ];
  static override flags = {
    dev: boolean({ description: 'for trying it out; not for production', exclusive: ['config'] }),
    config: string({ description: 'a hub.yaml; hallpass hub init writes one' }),
    data: string({ description: 'where it keeps what it has to remember' }),
    host: string({ description: 'with --dev, one of 127.0.0.1, ::1, localhost', dependsOn: ['dev'] }),
    port: integer({
      description: 'with --dev, the port; any free one unless named',
      min: 0,
      max: 65_535,
      dependsOn: ['dev'],
    }),
    policy: string({ description: 'with --dev, the file of a central policy', dependsOn: ['dev'] }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(HubStart);
    const { dev, config, data, host = '127.0.0.1', port = 0, policy, json } = flags;
    if (!dev && config === undefined) {
      throw new HallpassError('ERR_USAGE', 'the hub needs a configuration, or --dev', {
        hint: 'To try it out: hallpass hub start --dev. To set one up: hallpass hub init',
      });
    }
    const [{ readHubFile, runHub, debugging }, { hubPresenter }] = await Promise.all([
      import('../../cli/compose-hub.ts'),
      import('../../cli/present-hub.ts'),
    ]);
    const serve =
      config === undefined
        ? ({ mode: 'development', host, port, policy } as const)
        : ({ mode: 'config', file: readHubFile(config) } as const);
    const presenter = hubPresenter(this.terminal, { json, isDevelopment: dev, debug: debugging() });
    await runHub({ serve, dataDir: data }, presenter);
  }
}
