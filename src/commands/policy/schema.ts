import { BaseCommand } from '../../cli/base-command.ts';

export default class PolicySchema extends BaseCommand {
  static override summary = 'Print the JSON Schema of policies, for editors.';
  static override examples = ['<%= config.bin %> <%= command.id %> > hallpass.policy.schema.json'];

  async run(): Promise<void> {
    const { flags } = await this.parse(PolicySchema);
    const { policyJsonSchema } = await import('../../app/policy/policy-file.ts');
    if (flags.json) this.terminal.json(policyJsonSchema());
    else this.terminal.result(JSON.stringify(policyJsonSchema(), null, 2));
  }
}
