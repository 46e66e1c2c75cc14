import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { everythingPrinted, proven, tell } from './page.ts';
import type { Stage } from './set.ts';

/** Looks for every planted value, in every spelling, in all that hallpass let out or wrote down. */
export function searchLeaks(stage: Stage): void {
  const searched = assertNoCanary({
    canaries: stage.secrets,
    streams: { ...heard(stage), ...stage.hallpass.streams, 'this demo': everythingPrinted() },
    directories: stage.hallpass.directories,
  });
  const [places, bytes, spellings] = [searched.places, searched.bytes, searched.spellings].map((count) =>
    count.toLocaleString('en'),
  );
  proven(
    `${stage.secrets.length} secrets in ${spellings} spellings (raw, JSON, URL, hex, base64, base64url; by line, by half)`,
  );
  tell(`  are nowhere in ${bytes} bytes of ${places} files, streams and names: what the agent got, what`);
  tell('  the servers got, logs, sidecars, stderr, state directory, this page');
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
