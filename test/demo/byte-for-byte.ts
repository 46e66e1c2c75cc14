import { spellings } from '../helpers/spellings.ts';
import { lines } from '../helpers/wiretap.ts';
import { proven } from './page.ts';
import { expect, type Stage } from './set.ts';

/** Compares each message that crossed, on both sides of hallpass. */
export function byteForByte(stage: Stage): void {
  const pairs = stage.wires.flatMap(({ agentSide, serverSide, server }) => [
    ...inOrder(lines(agentSide.stdin), lines(serverSide.stdin), server),
    ...inOrder(lines(serverSide.stdout), lines(agentSide.stdout), server),
  ]);
  const needles = stage.secrets.flatMap(spellings).map(({ bytes }) => bytes.toString());
  const plain = pairs.filter(([sent]) => !needles.some((needle) => sent.includes(needle)));
  expect(plain.length > 0 && plain.length < pairs.length, 'there was nothing to compare');
  expect(
    plain.every(([sent, got]) => sent === got),
    'a message without a secret was changed',
  );
  expect(
    pairs.every((pair) => plain.includes(pair) || pair[1].includes('hpm_')),
    'a secret was not replaced',
  );
  const bytes = plain.reduce((sum, [sent]) => sum + Buffer.byteLength(sent), 0);
  proven(
    `${plain.length} of ${pairs.length} messages held no secret: all ${bytes.toLocaleString('en')} bytes of them crossed unchanged`,
  );
}

type Pair = readonly [sent: string, got: string];

function inOrder(sent: readonly string[], got: readonly string[], server: string): Pair[] {
  expect(sent.length === got.length, `${sent.length} messages left for ${server}, ${got.length} arrived`);
  return sent.map((line, i) => [line, got[i] ?? '']);
}
