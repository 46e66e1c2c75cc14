import { expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import type { OutputBody } from '../../../src/core/session/event.ts';
import { joinedOutput } from '../../../src/core/session/joined-output.ts';

const A = Buffer.alloc(100, 'a');
const FINDING = { rule: 'known', at: '10-30', placeholder: 'hpm_known_x', why: 'w' };

function piece(bytes: Uint8Array, more: Partial<OutputBody> = {}) {
  return { body: { kind: 'output', stream: 'stdout', findings: [], ...more } as const, parts: [bytes] };
}

test('two pieces of a stream become one, in which findings are where they were', () => {
  const joined = joinedOutput(piece(A, { findings: [FINDING] }), piece(A, { findings: [FINDING] }));
  expect(joined).toEqual({
    body: { ...piece(A).body, findings: [FINDING, { ...FINDING, at: '110-130' }] },
    parts: [A, A],
  });
});

test.each([
  ['of another stream', piece(A), piece(A, { stream: 'stderr' })],
  ['that nobody saw', piece(A), piece(A, { withheld: true })],
  ['of which not all is listed', piece(A), piece(A, { unlisted: 1 })],
  ['on a terminal of another size', piece(A), piece(A, { resized: { columns: 80, rows: 24 } })],
  ['in which something passed', piece(A), piece(A, { excepted: [{ rule: 'r', at: '', placeholder: 'p' }] })],
  ['too large together', piece(Buffer.alloc(LIMITS.outputEventBytes)), piece(A)],
  [
    'with too many findings together',
    piece(A, { findings: Array.from({ length: LIMITS.eventFindings }, () => FINDING) }),
    piece(A, { findings: [FINDING] }),
  ],
])('a piece %s stays one of its own', (_, first, second) => {
  expect(joinedOutput(first, second)).toBeUndefined();
});

test('what is no output stays an event of its own', () => {
  const policy = { body: { kind: 'policy', policy: 'p', hub: 'h', digest: '' } as const, parts: [] };
  expect(joinedOutput(piece(A), policy)).toBeUndefined();
  expect(joinedOutput(policy, piece(A))).toBeUndefined();
});
