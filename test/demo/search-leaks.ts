import { join } from 'node:path';

import { assertNoCanary, type WhatLeft } from '../helpers/assert-no-canary.ts';
import type { Tapped } from '../helpers/wiretap.ts';
import type { Borrowed } from './borrow-token.ts';
import { tokensOf, type DemoHub } from './meet-hub.ts';
import { everythingPrinted, proven, tell } from './page.ts';
import { expect, type Stage } from './set.ts';

/** Looks for every secret and every token, in every spelling, in all that hallpass let out or wrote down. */
export function searchLeaks(stage: Stage, hub: DemoHub, { agentSide, token }: Borrowed): void {
  const tokens = tokensOf(hub);
  expect(
    tokens.some(({ value }) => value === token),
    'the token that the server got is not among those that the hub gave',
  );
  const searched = [
    assertNoCanary({ canaries: [...stage.secrets, ...tokens], ...whatLeft(stage, hub, agentSide) }),
    // The planted secrets came from the agent; the tokens came over the wire between hallpass, hub and server.
    assertNoCanary({ canaries: tokens, streams: { 'what the agent sent': agentSide.stdin } }),
    assertNoCanary({ canaries: stage.secrets, streams: carried(hub) }),
  ];
  const sum = (key: 'bytes' | 'places') => searched.reduce((all, counts) => all + counts[key], 0);
  const [bytes, places, spelled] = [sum('bytes'), sum('places'), searched[0]?.spellings ?? 0].map((count) =>
    count.toLocaleString('en'),
  );
  proven(
    `${stage.secrets.length} secrets and ${tokens.length} tokens, of every kind, in ${spelled} spellings (raw, JSON, URL, hex,`,
  );
  tell(`  base64; by line, by half) are nowhere in ${bytes} bytes of ${places} files, streams and names:`);
  tell('  what agent, servers and hub got; logs, stderr, state; all that the hub keeps; this page');
}

function whatLeft(stage: Stage, hub: DemoHub, agentSide: Tapped): Pick<WhatLeft, 'streams' | 'directories'> {
  return {
    streams: {
      ...heard(stage),
      'what the agent got from demo': agentSide.stdout,
      'stderr of hallpass before demo': agentSide.stderr,
      ...stage.hallpass.streams,
      'this demo': everythingPrinted(),
    },
    directories: [...stage.hallpass.directories, join(hub.dataDir, '..')],
  };
}

// What the agent itself sent and what the server itself said held the secrets: that is where they came from.
function heard({ wires }: Stage): Record<string, Buffer> {
  return Object.fromEntries(
    wires.flatMap(({ agentSide, serverSide, server }, i): [string, Buffer][] => [
      [`what the agent got from ${i}: ${server}`, agentSide.stdout],
      [`stderr of hallpass before ${i}: ${server}`, agentSide.stderr],
      [`what the server got, ${i}: ${server}`, serverSide.stdin],
    ]),
  );
}

function carried({ wire }: DemoHub): Record<string, Buffer> {
  return Object.fromEntries(
    wire.exchanges.flatMap(({ to, request, response }, i): [string, Buffer][] => [
      [`request ${i}, to ${to}`, request],
      [`answer ${i}, of ${to}`, response],
    ]),
  );
}
