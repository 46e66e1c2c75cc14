import { boolean, integer, option, string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';
import { HallpassError } from '../core/errors.ts';

export default class Connect extends BaseCommand {
  static override summary = 'Stand before an MCP server: mask, record, relay.';
  static override description =
    'Started by an MCP client (stdin is no terminal) it speaks stdio; from a terminal, or with --port or --json, it serves Streamable HTTP on 127.0.0.1, and at /sse the old HTTP+SSE. On a terminal it asks what is missing: which of the connections of hallpass.yaml, and a login where the connection wants one.';
  static override usage = ['connect -- COMMAND [ARGS...]', 'connect --url URL', 'connect [NAME]'];
  static override examples = [
    '<%= config.bin %> <%= command.id %> -- mcp-server-filesystem .',
    '<%= config.bin %> <%= command.id %> --url https://mcp.example.com/mcp',
    '<%= config.bin %> <%= command.id %> files',
  ];
  static override strict = false;
  static override flags = {
    url: string({ description: 'address of a server' }),
    transport: option({
      description:
        'what the server at --url speaks: http (Streamable HTTP, the default), or the old HTTP+SSE',
      options: ['http', 'sse'] as const,
      dependsOn: ['url'],
    })(),
    policy: string({
      description:
        'observe, guard, approve, locked, or a file (HALLPASS_POLICY); your own, or guard, unless named',
    }),
    port: integer({ description: 'serve HTTP on this port; 0 for any free one', min: 0, max: 65_535 }),
    upload: option({
      description: 'when the session goes to the hub: end (default) for who is logged in, else manual',
      options: ['live', 'end', 'manual'] as const,
    })(),
    profile: string({ description: 'which of several logins (HALLPASS_PROFILE); "default" unless named' }),
    'require-upload': boolean({ description: 'exit 10 unless the hub has the session and proves it' }),
  };

  async run(): Promise<void> {
    const end = this.argv.indexOf('--');
    const command = end === -1 ? [] : this.argv.slice(end + 1);
    const { flags, argv } = await this.parse(Connect, end === -1 ? this.argv : this.argv.slice(0, end));
    const names = argv.map(String);
    const [{ personAt }, { resolveTarget }, { runConnect }, { httpPresenter, stdioPresenter, summary }] =
      await Promise.all([
        import('../cli/person.ts'),
        import('../cli/resolve-target.ts'),
        import('../cli/compose-connect.ts'),
        import('../cli/present-connect.ts'),
      ]);
    const person = personAt(this.terminal, flags);
    const { connection, target, isNamed, projectFile } = await resolveTarget({
      command,
      url: flags.url,
      transport: flags.transport,
      names,
      hasSeparator: end !== -1,
      person,
    });
    const isHttp = this.terminal.stdinIsTty || flags.json || flags.port !== undefined;
    const client = isHttp ? ({ kind: 'http', port: flags.port } as const) : ({ kind: 'stdio' } as const);
    const presenter = isHttp
      ? httpPresenter(this.terminal, { json: flags.json })
      : stdioPresenter(this.terminal);
    const choice = { mode: flags.upload, required: flags['require-upload'] };
    const request = {
      connection,
      target,
      isNamed,
      projectFile,
      client,
      upload: choice,
      profile: flags.profile,
      policy: flags.policy,
      person,
    };
    const { result, upload, recover } = await runConnect(request, presenter);
    this.terminal.note(summary(result));
    const uploaded = await upload.finish();
    presenter.uploaded(uploaded);
    await recover();
    // Whatever was refused for it was said when it happened; a script sees it here.
    if (!result.sealed)
      throw new HallpassError('ERR_RECORD_FAILED', result.why ?? 'the session is not sealed');
    if (choice.required && uploaded?.error !== undefined)
      throw new HallpassError('ERR_UPLOAD_FAILED', uploaded.error.message, { cause: uploaded.error });
    if (result.ended.by === 'server')
      throw new HallpassError('ERR_UPSTREAM_EXITED', `the MCP server is gone: ${result.ended.reason}`);
  }
}
