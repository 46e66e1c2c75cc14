import { BaseCommand } from '../../cli/base-command.ts';

export default class AllowList extends BaseCommand {
  static override summary =
    'List what has been allowed: values that pass unmasked, and findings of `scan` that may stay.';
  static override description =
    'Values are of your own exceptions.yaml, findings of the hallpass.allow.yaml of this project. HERE says whether a placeholder is one of this project: another project has other ones, and so has this one after 30 idle days.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  async run(): Promise<void> {
    const { flags } = await this.parse(AllowList);
    const { printAllowed } = await import('../../cli/run-allowed.ts');
    return printAllowed(flags, this.terminal);
  }
}
