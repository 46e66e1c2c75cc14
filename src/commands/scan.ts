import { string as argument } from '@oclif/core/args';
import { boolean, option, string } from '@oclif/core/flags';

import { BaseCommand } from '../cli/base-command.ts';
import { HallpassError } from '../core/errors.ts';

export default class Scan extends BaseCommand {
  static override summary = 'Find secrets in files, directories, standard input or git.';
  static override description =
    'Prints where each secret stands and why it is taken for one, never the secret. Leaves out what git ignores, .git, node_modules and binary files. Exit code 9 when something was found. docs/scan.md says more.';
  static override usage = [
    'scan PATH...',
    'scan -',
    'scan --staged [PATH...]',
    'scan --since REV [PATH...]',
    'scan --agents',
  ];
  static override examples = [
    '<%= config.bin %> <%= command.id %> .',
    'git diff | <%= config.bin %> <%= command.id %> -',
    '<%= config.bin %> <%= command.id %> --staged',
    '<%= config.bin %> <%= command.id %> --json src .env',
  ];
  static override strict = false;
  static override args = {
    path: argument({ description: 'file or directory; `-` is standard input' }),
  };
  static override flags = {
    'no-ignore': boolean({ description: 'also scan what git ignores, and node_modules' }),
    staged: boolean({ description: 'what the next commit adds, out of the index', exclusive: ['since'] }),
    since: string({ helpValue: 'REV', description: 'what the commits REV..HEAD add' }),
    agents: boolean({
      description: 'what coding agents on this machine keep: transcripts, prompts, MCP configurations',
      exclusive: ['staged', 'since'],
    }),
    profile: option({ options: ['mask', 'alert'] as const })({
      default: 'alert',
      description: '`alert` tells what is surely a secret, `mask` all that the proxy would hide',
    }),
    sarif: boolean({ description: 'one SARIF 2.1.0 log on stdout', exclusive: ['json'] }),
    explain: boolean({ description: 'which rule, why it was judged so, what would allow it or has' }),
    baseline: string({ helpValue: 'FILE', description: 'findings that are not to be told again' }),
    'write-baseline': boolean({
      description: 'write all findings to the baseline instead of telling them',
      dependsOn: ['baseline'],
    }),
    'exit-zero': boolean({ description: 'exit 0 even when something was found' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Scan);
    const { runScan } = await import('../cli/run-scan.ts');
    const paths = argv.map(String);
    checkPaths(paths, flags);
    const wish = {
      paths,
      ignore: !flags['no-ignore'],
      staged: flags.staged,
      since: flags.since,
      agents: flags.agents,
      profile: flags.profile,
      output: outputFor(flags),
      explain: flags.explain,
      baseline: flags.baseline,
      writeBaseline: flags['write-baseline'],
      exitZero: flags['exit-zero'],
      version: this.config.version,
    };
    this.setExitCode(await runScan(wish, this.terminal));
  }
}

function outputFor({ json, sarif }: { json: boolean; sarif: boolean }): 'text' | 'json' | 'sarif' {
  if (sarif) return 'sarif';
  return json ? 'json' : 'text';
}

interface Sources {
  readonly agents: boolean;
  readonly staged: boolean;
  readonly since?: string | undefined;
}

function checkPaths(paths: readonly string[], { agents, staged, since }: Sources): void {
  const isGit = staged || since !== undefined;
  const problem = isGit
    ? paths.includes('-') && 'standard input is not in git'
    : agents
      ? paths.length > 0 && '--agents knows itself where to look'
      : paths.length === 0 && 'scan needs a file or directory';
  if (problem !== false)
    throw new HallpassError('ERR_USAGE', problem, { hint: 'All that is here: hallpass scan .' });
}
