import { string as argument } from '@oclif/core/args';
import { boolean, integer, option, string } from '@oclif/core/flags';

import { BaseCommand } from '../../cli/base-command.ts';

export default class PolicyExplain extends BaseCommand {
  static override summary = 'Say which policy is in force, or which rule decides a call.';
  static override description =
    'Alone: the layers in force here, and where each comes from. With a policy: what it is for, and its rules. With a call, from flags, stdin or the record of a session: each rule in turn, and why it decides or does not.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> approve',
    `<%= config.bin %> <%= command.id %> approve --tool query --args '{"sql":"DROP TABLE users"}'`,
    '<%= config.bin %> <%= command.id %> --session last --seq 7',
  ];
  static override args = {
    policy: argument({
      description: 'observe, guard, approve, locked, or a file; what is in force unless named',
    }),
  };
  static override flags = {
    tool: string({ description: 'of the call: the tool, or the URI of a resource' }),
    args: string({ description: 'its arguments, a JSON object' }),
    connection: string({ description: 'its connection' }),
    environment: string({ description: 'the environment of the connection' }),
    method: string({ description: 'its method; tools/call unless given' }),
    direction: option({
      description: 'to_server unless given',
      options: ['to_server', 'to_client'] as const,
    })(),
    group: string({ description: 'a group of who calls; may be repeated', multiple: true }),
    stdin: boolean({ description: 'the call stands on stdin, as JSON (docs/policy.md)' }),
    session: string({ description: 'the call was recorded in this session', dependsOn: ['seq'] }),
    seq: integer({ description: 'as the event of this number', dependsOn: ['session'], min: 0 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyExplain);
    const { session, seq, stdin, json } = flags;
    const { explainPolicy } = await import('../../cli/run-policy-explain.ts');
    const { callFromFlags } = await import('../../cli/call-flags.ts');
    const recorded = session === undefined || seq === undefined ? undefined : { session, seq };
    const request = { policy: args.policy, call: callFromFlags(flags), stdin, recorded, json };
    await explainPolicy(request, this.terminal);
  }
}
