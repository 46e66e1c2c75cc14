import { EXIT, HallpassError } from '../core/errors.ts';
import type { ScanDeps, ScanEvent, ScanFinding } from '../app/scan.ts';
import type { JudgedEvent } from '../app/excuse.ts';
import type { Profile } from '../core/mask/profile.ts';
import { visible } from '../core/visible.ts';
import { excuseDeps, filesAt, poolStarter, scanDeps } from './compose-scan.ts';
import { jsonView, scanSummary, type ScanTotals, type ScanView, textView } from './present-scan.ts';
import type { ScanProgress } from './scan-progress.ts';
import type { Terminal } from './terminal.ts';

/** What `hallpass scan` was asked. */
export interface ScanWish {
  readonly paths: readonly string[];
  readonly ignore: boolean;
  readonly staged: boolean;
  readonly since: string | undefined;
  readonly agents: boolean;
  readonly profile: Profile;
  readonly output: 'text' | 'json' | 'sarif';
  readonly explain: boolean;
  readonly baseline: string | undefined;
  readonly writeBaseline: boolean;
  readonly exitZero: boolean;
  readonly version: string;
}

/** `scan -` alone, as everybody gets it who says nothing else. */
export const PLAIN_SCAN: ScanWish = {
  paths: ['-'],
  ignore: true,
  staged: false,
  since: undefined,
  agents: false,
  profile: 'alert',
  output: 'text',
  explain: false,
  baseline: undefined,
  writeBaseline: false,
  exitZero: false,
  version: '',
};

/** Scans, tells what was found and answers with the exit code. */
export async function runScan(wish: ScanWish, terminal: Terminal): Promise<number> {
  const baseline = wish.writeBaseline ? new Set<string>() : await readBaseline(wish.baseline);
  const { excuse } = await import('../app/excuse.ts');
  const progress = await progressFor(wish, terminal);
  const onRead = progress && ((bytes: number) => progress.advance(bytes));
  const events = excuse(await eventsOf(wish, { ...scanDeps(wish), onRead }), excuseDeps(baseline));
  const found: ScanFinding[] = [];
  const view = wish.writeBaseline
    ? { finding: (one: ScanFinding) => void found.push(one) }
    : await viewFor(wish, terminal);
  const totals = await present(events, view, {
    terminal,
    progress,
    agents: wish.agents,
  });
  if (wish.writeBaseline) return writeBaseline(found, wish, terminal);
  terminal.note(scanSummary(totals));
  if (totals.findings > 0) return wish.exitZero ? EXIT.ok : EXIT.secretsFound;
  if (totals.unreadable > 0) throw unreadable(totals.unreadable);
  return EXIT.ok;
}

async function eventsOf(wish: ScanWish, deps: ScanDeps): Promise<AsyncIterable<ScanEvent>> {
  const { paths, ignore, staged, since, agents, profile } = wish;
  if (agents) {
    const { agentEvents } = await import('./compose-scan-agents.ts');
    return agentEvents(deps);
  }
  if (staged || since !== undefined) {
    const { gitEvents } = await import('./compose-scan-git.ts');
    return gitEvents({ paths, since }, deps);
  }
  if (paths.every((path) => path === '-')) {
    const { scan } = await import('../app/scan.ts');
    return scan(filesAt(paths, { ignore }), deps);
  }
  const { scanMany } = await import('../app/scan-many.ts');
  return scanMany(filesAt(paths, { ignore }), { ...deps, startPool: await poolStarter(profile) });
}

async function viewFor({ output, explain, version }: ScanWish, terminal: Terminal): Promise<ScanView> {
  if (output === 'text') return textView(terminal, { explain });
  if (output === 'json') return jsonView(terminal, { explain });
  const { sarifView } = await import('./sarif.ts');
  return sarifView(terminal, { version });
}

async function progressFor(wish: ScanWish, terminal: Terminal): Promise<ScanProgress | undefined> {
  if (!terminal.stderrIsTty || wish.paths.includes('-')) return undefined;
  const { startProgress, wantsProgress } = await import('./scan-progress.ts');
  if (!wantsProgress(terminal)) return undefined;
  const arePaths = !wish.staged && wish.since === undefined && !wish.agents;
  const { sizeOf } = await import('./compose-scan.ts');
  return startProgress(terminal, arePaths ? await sizeOf(wish.paths, { ignore: wish.ignore }) : undefined);
}

interface Presenting {
  readonly terminal: Terminal;
  readonly progress: ScanProgress | undefined;
  readonly agents: boolean;
}

async function present(
  events: AsyncIterable<JudgedEvent>,
  view: ScanView,
  { terminal, progress, agents }: Presenting,
): Promise<ScanTotals> {
  const excused = { comment: 0, exception: 0, baseline: 0 };
  const totals: ScanTotals = {
    findings: 0,
    sent: agents ? 0 : undefined,
    files: 0,
    binary: 0,
    unreadable: 0,
    excused,
  };
  view.begin?.();
  for await (const event of events) {
    if (event.kind !== 'scanned' && event.kind !== 'binary') progress?.clear();
    tell(event, view, terminal);
    add(event, totals);
    if (event.kind === 'scanned' || event.kind === 'binary') progress?.fileDone();
  }
  progress?.clear();
  view.end?.();
  return totals;
}

function tell(event: JudgedEvent, view: ScanView, terminal: Terminal): void {
  if (event.kind === 'finding') view.finding(event.finding);
  else if (event.kind === 'excused') view.excused?.(event.finding, event.excuse);
  else if (event.kind === 'unreadable')
    terminal.note(
      `hallpass: ${visible(event.file, { oneLine: true })}: ${visible(event.reason)}, not scanned`,
    );
}

function add(event: JudgedEvent, totals: ScanTotals): void {
  if (event.kind === 'finding') {
    totals.findings++;
    if (totals.sent !== undefined && event.finding.agent?.sent === true) totals.sent++;
  } else if (event.kind === 'scanned') totals.files++;
  else if (event.kind === 'binary') totals.binary++;
  else if (event.kind === 'unreadable') totals.unreadable++;
  else totals.excused[event.excuse.by]++;
}

async function readBaseline(file: string | undefined): Promise<ReadonlySet<string>> {
  if (file === undefined) return new Set();
  const { loadBaseline } = await import('./baseline-file.ts');
  return loadBaseline(file);
}

async function writeBaseline(
  found: readonly ScanFinding[],
  { baseline = '' }: ScanWish,
  terminal: Terminal,
): Promise<number> {
  const { saveBaseline } = await import('./baseline-file.ts');
  saveBaseline(baseline, found);
  terminal.note(`${found.length} ${found.length === 1 ? 'finding' : 'findings'} written to ${baseline}.`);
  return EXIT.ok;
}

function unreadable(count: number): HallpassError {
  return new HallpassError(
    'ERR_UNREADABLE_FILE',
    `${count} ${count === 1 ? 'file' : 'files'} could not be read`,
  );
}
