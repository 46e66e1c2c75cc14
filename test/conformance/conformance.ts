// The public conformance suite three ways: directly, through the proxy with masking off, through hallpass. What differs
// from the direct run, check by check, is printed and fails; so does a required check that fails directly.
//   npm run conformance [-- 2026-07-28] [-- server]
import process from 'node:process';

import { sandbox } from '../helpers/hallpass.ts';
import { differences } from './compare.ts';
import { report } from './report.ts';
import { type Outcome, type Revision, runSuite } from './suite.ts';
import { DIRECT, hallpassIn, PLAIN, startServer, type Way } from './ways.ts';

const REVISIONS: readonly Revision[] = ['2025-11-25', '2026-07-28'];

await using hallpass = await sandbox();
await using server = await startServer();
const ways = [PLAIN, hallpassIn(hallpass)];

for (const revision of REVISIONS) {
  const direct = await testServer(DIRECT, revision);
  const others = new Map<Way, Outcome>();
  for (const way of ways) others.set(way, await testServer(way, revision));
  const title = `server suite, ${revision}`;
  const found = [...others].map(([way, outcome]) => ({
    way: way.name,
    outcome,
    differences: differences(direct.checks, outcome.checks),
  }));
  process.stdout.write(report({ title, direct, others: found }));
  if (direct.failed || found.some((other) => other.differences.length > 0)) process.exitCode = 1;
}

async function testServer({ open }: Way, revision: Revision): Promise<Outcome> {
  if (open === undefined) return runSuite({ role: 'server', revision, args: ['--url', server.url] });
  await using place = await open({ url: server.url });
  const env = {
    NODE_OPTIONS: `--import=${new URL('bearer.ts', import.meta.url).href}`,
    CONFORMANCE_ORIGIN: new URL(place.url).origin,
    CONFORMANCE_TOKEN: place.token,
  };
  return await runSuite({ role: 'server', revision, args: ['--url', place.url], env });
}
