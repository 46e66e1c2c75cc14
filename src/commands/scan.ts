import { string as argument } from '@oclif/core/args';

import { BaseCommand } from '../cli/base-command.ts';
import { EXIT, HallpassError } from '../core/errors.ts';

export default class Scan extends BaseCommand {
  static override summary = 'Find secrets in files, directories or standard input.';
  static override description =
    'Prints where each secret stands and why it is taken for one, never the secret. Skips .git, node_modules and binary files. Exit code 9 when something was found.';
  static override usage = ['scan PATH...', 'scan -'];
  static override examples = [
    '<%= config.bin %> <%= command.id %> .',
    'git diff | <%= config.bin %> <%= command.id %> -',
    '<%= config.bin %> <%= command.id %> --json src .env',
  ];
  static override strict = false;
  static override args = {
    path: argument({ description: 'file or directory; `-` is standard input', required: true }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Scan);
    const [{ scan }, { scanDeps }, { presentScan, scanSummary }] = await Promise.all([
      import('../app/scan.ts'),
      import('../cli/compose-scan.ts'),
      import('../cli/present-scan.ts'),
    ]);
    const events = scan(argv.map(String), scanDeps());
    const totals = await presentScan(events, { json: flags.json }, this.terminal);
    this.terminal.note(scanSummary(totals));
    if (totals.findings > 0) this.setExitCode(EXIT.secretsFound);
    else if (totals.unreadable > 0) throw unreadable(totals.unreadable);
  }
}

function unreadable(count: number): HallpassError {
  return new HallpassError(
    'ERR_UNREADABLE_FILE',
    `${count} ${count === 1 ? 'file' : 'files'} could not be read`,
  );
}
