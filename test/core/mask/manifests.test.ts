import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { createDetector } from '../../../src/core/mask/detect.ts';
import { everyCut } from '../../helpers/chunks.ts';
import { bytes, maskedText, masker, streamed } from './fixtures.ts';

const WEAK = ['hunter', '2xyz'].join('');
const ENCODED = Buffer.from(['let', 'me', 'in', '1'].join('')).toString('base64');

const MANIFESTS: Readonly<Record<string, string>> = {
  'a Secret': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\ndata:\n  user.txt: ${ENCODED}\n  other: ${ENCODED}\ntype: Opaque\n`,
  'a Secret in clear': `kind: Secret\nstringData:\n  anything: "${WEAK}"\n\n---\nkind: ConfigMap\ndata:\n  mode: development\n`,
  'a list': `items:\n- apiVersion: v1\n  kind: Secret\n  data:\n    a: ${ENCODED}\n- kind: Service\n  spec: headless\n`,
  'a Secret of Windows': `kind: Secret\r\ndata:\r\n  a: ${ENCODED}\r\n`,
  'a Secret as kubectl prints it': `apiVersion: v1\ndata:\n  user.txt: ${ENCODED}\n  other: ${ENCODED}\nkind: Secret\nmetadata:\n  name: app\ntype: Opaque\n`,
  'a list as kubectl prints it': `apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    a: ${ENCODED}\n  kind: Secret\n  metadata:\n    name: app\n- apiVersion: v1\n  data:\n    mode: development\n  kind: ConfigMap\n`,
  'one after a ConfigMap': `data:\n  mode: development\nkind: ConfigMap\n---\nstringData:\n  anything: "${WEAK}"\nkind: Secret\n`,
  'one of Windows as kubectl prints it': `data:\r\n  a: ${ENCODED}\r\nkind: Secret\r\n`,
  'a Secret without a last line end': `kind: Secret\ndata:\n  a: ${ENCODED}`,
}; // prettier-ignore

describe('the data of a Kubernetes Secret is hidden, whatever its keys are, in', () => {
  test.each(Object.entries(MANIFESTS))('%s', (_, text) => {
    const masked = maskedText(masker(), text);
    for (const secret of [WEAK, ENCODED]) expect(masked).not.toContain(secret);
    for (const word of ['metadata', 'name: app', 'type: Opaque', 'mode: development', 'spec: headless'])
      if (text.includes(word)) expect(masked).toContain(word);
  });

  test.each(Object.entries(MANIFESTS))('%s, cut anywhere', (_, text) => {
    const by = masker();
    const whole = maskedText(by, text);
    for (const pieces of everyCut(bytes(text))) expect(streamed(by, pieces)).toBe(whole);
    expect(
      streamed(
        by,
        Array.from(bytes(text), (byte) => Uint8Array.of(byte)),
      ),
    ).toBe(whole);
  });
});

test('pieces of manifests come out the same however they are cut', () => {
  const by = masker();
  const line = fc.constantFrom(
    'kind: Secret',
    '  kind: Secret',
    'kind: ConfigMap',
    'stringData:',
    'data:',
    '  data:',
    `  a: ${ENCODED}`,
    '',
    '---',
    'kind: Secretary',
    'x'.repeat(300),
    `    b: ${WEAK}`,
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 20 }),
      fc.array(fc.nat(60), { maxLength: 30 }),
      (lines, sizes) => {
        const text = bytes(lines.join('\n'));
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const size of sizes) pieces.push(text.subarray(at, (at += size)));
        expect(streamed(by, [...pieces, text.subarray(at)])).toBe(maskedText(by, lines.join('\n')));
      },
    ),
    { numRuns: 1_000 },
  );
});

test.each([
  'kind: ConfigMap\ndata:\n  mode: development1\n',
  'data:\n  mode: development1\nkind: ConfigMap\n',
  'data:\n  mode: development1\nother:\n  a: b\n',
  'data:\n  mode: development1\n---\nkind: Secret\n',
  'kind: Secret\nmetadata:\n  namespace: production1\n',
  'kind: Secret\ndata:\n  a: ${A}\n  b: <your value>\n',
])('%s is left', (text) => {
  expect(createDetector().detect(bytes(text))).toEqual([]);
});

test('of a document whose kind does not come no more than 8 KB are held back', () => {
  const stream = masker().stream();
  stream.push(bytes('data:\n'));
  for (let i = 0; i < 400; i++) stream.push(bytes(`  mode${i}: ${'development '.repeat(3)}\n`));
  expect(stream.held).toBeLessThan(LIMITS.tableRowBytes);
});
