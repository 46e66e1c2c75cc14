// The public conformance suites, directly, through the proxy with masking off and through hallpass, by HTTP, by stdio and by the old HTTP+SSE.
// What differs from the direct run, check by check, is printed and fails; so does a required check that fails directly.
//   npm run conformance [-- PART...]      parts: server, client, oauth, twin; 2025-11-25, 2026-07-28
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { sandbox } from '../helpers/hallpass.ts';
import { withoutRepeats } from './compare.ts';
import { type Report, report } from './report.ts';
import { clientScenarios, type Outcome, type Revision, testClient, testServer } from './suite.ts';
import { byHttp, bySse, byStdio, toOutcome, useAll } from './twin/twin.ts';
import { hallpassIn, oldTarget, plainProxy, pointed, startServer, type Target } from './ways.ts';

const REVISIONS: readonly Revision[] = ['2025-11-25', '2026-07-28'];
const PARTS = ['server', 'client', 'oauth', 'twin'];
const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const asked = new Set(process.argv.slice(2));
await using hallpass = await sandbox();
// Where nothing has run there is nothing to search for secrets in the end.
await hallpass.run(['--version']);
const proxies = [plainProxy, hallpassIn(hallpass)];
for (const revision of REVISIONS.filter((one) => isAsked(one, REVISIONS))) {
  if (isAsked('server', PARTS)) tell(await compareServers(revision));
  if (isAsked('client', PARTS)) tell(await compareClients(revision));
  if (isAsked('oauth', PARTS)) tell(await compareOAuth(revision));
  if (isAsked('twin', PARTS)) tell(await compareTwins(revision));
}

/** The suite talks to a conformance server of ours, through hallpass by URL or as a command. */
async function compareServers(revision: Revision): Promise<Report> {
  await using server = await startServer();
  const direct = await testServer(revision, server.url);
  const targets: [string, Target][] = [
    ['HTTP server', { url: server.url }],
    ['stdio server', { command: [process.execPath, path('server/stdio-main.ts')] }],
    ...oldTarget(revision, server).map(([kind, target]): [string, Target] => [`${kind} server`, target]),
  ];
  const others = new Map<string, Outcome>();
  for (const proxy of proxies)
    for (const [kind, target] of targets) {
      await using place = await proxy.open(target);
      const env = {
        NODE_OPTIONS: `--import=${path('bearer.ts')}`,
        CONFORMANCE_ORIGIN: new URL(place.url).origin,
        CONFORMANCE_TOKEN: place.token,
      };
      others.set(`${proxy.name}, ${kind}`, await testServer(revision, place.url, env));
    }
  return report({ title: `server suite, ${revision}`, revision, direct, others });
}

/** The suite's servers talk to a conformance client of ours, which speaks HTTP or stdio to hallpass. */
async function compareClients(revision: Revision): Promise<Report> {
  const all = await clientScenarios(revision);
  const scenarios = all.filter(({ name }) => !isOfOAuth(name));
  const command = `${process.execPath} ${path('client/main.ts')}`;
  const direct = await testClient({ revision, scenarios }, command);
  const others = new Map<string, Outcome>();
  for (const proxy of proxies)
    for (const speaks of ['http', 'stdio'] as const) {
      const env = { CONFORMANCE_PROXY: JSON.stringify({ speaks, ...proxy.launch(speaks) }) };
      const name = `${proxy.name}, ${speaks === 'http' ? 'HTTP' : speaks} client`;
      others.set(name, await testClient({ revision, scenarios }, command, env));
    }
  return report({ title: `client suite, ${revision}`, revision, direct, others });
}

/** The suite's protected servers talk to the SDK's OAuth client; then to a client that knows no OAuth, behind hallpass. */
async function compareOAuth(revision: Revision): Promise<Report> {
  const all = await clientScenarios(revision);
  const scenarios = all.filter(({ name, isRequired }) => isOfOAuth(name) && isRequired);
  const command = `${process.execPath} ${path('client/main.ts')}`;
  const direct = once(await testClient({ revision, scenarios }, command));
  const others = new Map<string, Outcome>();
  for (const speaks of ['http', 'stdio'] as const) {
    const env = { CONFORMANCE_PROXY: JSON.stringify({ speaks, ...hallpassIn(hallpass).launch(speaks) }) };
    others.set(
      `hallpass, ${speaks === 'http' ? 'HTTP' : speaks} client`,
      once(await testClient({ revision, scenarios }, command, env)),
    );
  }
  return report({ title: `OAuth, client suite, ${revision}`, revision, direct, others });
}

/** Our own client and server, every feature over every crossing of transports: what the suites have only for HTTP. */
async function compareTwins(revision: Revision): Promise<Report> {
  await using server = await startServer();
  const command = [process.execPath, path('server/stdio-main.ts')];
  const [program = '', ...args] = command;
  const seen = await useAll(revision, byStdio({ command: program, args, env: process.env }));
  const others = new Map<string, Outcome>();
  const targets: [string, Target][] = [
    ['stdio', { command }],
    ['HTTP', { url: server.url }],
    ...oldTarget(revision, server),
  ];
  const isOld = oldTarget(revision, server).length > 0;
  others.set('direct, HTTP', toOutcome(await useAll(revision, byHttp({ ...server, token: '' })), seen));
  if (isOld)
    others.set('direct, SSE', toOutcome(await useAll(revision, bySse({ ...server, token: '' })), seen));
  for (const proxy of proxies)
    for (const [kind, target] of targets) {
      const stdio = byStdio(pointed(proxy.launch('stdio'), target));
      others.set(`${proxy.name}, stdio to ${kind}`, toOutcome(await useAll(revision, stdio), seen));
      await using place = await proxy.open(target);
      others.set(`${proxy.name}, HTTP to ${kind}`, toOutcome(await useAll(revision, byHttp(place)), seen));
      if (!isOld) continue;
      others.set(`${proxy.name}, SSE to ${kind}`, toOutcome(await useAll(revision, bySse(place)), seen));
    }
  const direct = toOutcome(seen, seen);
  const title = `every feature on every transport, ${revision} (direct: stdio)`;
  const { text, isClean } = report({ title, revision, direct, others });
  const faults = [...others].flatMap(([way, { faults: found }]) =>
    found.map((fault) => `${way}: ${fault}\n`),
  );
  return { text: [text, ...faults].join(''), isClean };
}

function once({ checks, faults }: Outcome): Outcome {
  return { checks: withoutRepeats(checks), faults };
}

function isOfOAuth(scenario: string): boolean {
  return scenario.startsWith('auth/');
}

function isAsked(part: string, among: readonly string[]): boolean {
  return asked.has(part) || !among.some((one) => asked.has(one));
}

function tell({ text, isClean }: Report): void {
  process.stdout.write(text);
  if (!isClean) process.exitCode = 1;
}
