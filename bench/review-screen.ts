/**
 * What a person waits for who opens a session of 100,000 events: `hallpass review ID` in a real terminal of 120 by 40, from
 * the start of the process to the first rows, to all of them, to the seal being checked; a page further; its memory at
 * most. Needs a build: `npm run --silent build && node bench/review-screen.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

import { readEnvironment } from '../src/platform/environment.ts';
import { systemKeychain } from '../src/platform/keychain.ts';
import { hallpassPaths } from '../src/platform/paths.ts';
import { openSession } from '../src/platform/session-store.ts';
import { openVault } from '../src/platform/vault.ts';
import { type Sandbox, sandbox } from '../test/helpers/hallpass.ts';
import { message, START } from '../test/helpers/recorded-session.ts';
import { ReviewScreen } from '../test/helpers/review-screen.ts';

const CALLS = 50_000;
const ROUNDS = 3;
const PAGES = 30;

await using box = await sandbox();
const session = await record(box);
for (let round = 0; round < ROUNDS; round += 1) await look(box, session);

async function record({ env }: Sandbox): Promise<string> {
  const environment = readEnvironment(env);
  const paths = hallpassPaths(environment);
  const { keychain: choice, passphrase } = environment;
  const { signer } = await openVault({ ...paths, choice, passphrase, keychain: systemKeychain });
  const writer = await openSession(START, { sessionsDir: paths.sessionsDir, signer });
  const text = 'a line of a file '.repeat(60);
  for (let call = 0; call < CALLS; call += 1) {
    const tool = `read_text_file_${call % 50}`;
    const id = String(call);
    const params = { name: tool, arguments: { path: `/srv/${call}` } };
    writer.append(
      message({ method: 'tools/call', id, tool }),
      Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: call, method: 'tools/call', params })),
    );
    const result = { content: [{ type: 'text', text }] };
    writer.append(
      message({ direction: 'to_client', id }),
      Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: call, result })),
    );
    // As in a proxy: the loop turns, so that the disk is synced meanwhile.
    if (call % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await writer.seal({ reason: 'done' });
  return writer.id;
}

async function look(hallpass: Sandbox, id: string): Promise<void> {
  const began = performance.now();
  const since = (): string => `${Math.round(performance.now() - began)} ms`;
  using screen = new ReviewScreen(hallpass, [id], { columns: 120, rows: 40 });
  await screen.shows(/TIME/);
  const first = since();
  await screen.shows(/50,?002 rows/);
  const all = since();
  await screen.shows(/seal +verified/);
  const checked = since();
  const pages: number[] = [];
  for (let page = 0; page < PAGES; page += 1) {
    const before = screen.lines.join('\n');
    const pressed = performance.now();
    screen.type(' ');
    await screen.changes(before);
    pages.push(performance.now() - pressed);
  }
  pages.sort((a, b) => a - b);
  const [p50, worst] = [pages[PAGES / 2] ?? 0, pages.at(-1) ?? 0].map((ms) => ms.toFixed(0));
  process.stdout.write(
    `first rows ${first}, all ${all}, seal checked ${checked}; a page p50 ${p50} ms, slowest ${worst} ms; ${peak(id)} MB\n`,
  );
  screen.type('q');
  await screen.finished;
}

// The most that was resident of the process that shows it.
function peak(id: string): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`review\0${id}`)) continue;
      const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      return Math.round(Number(kilobytes) / 1000);
    } catch {
      // It has ended meanwhile.
    }
  }
  return Number.NaN;
}
