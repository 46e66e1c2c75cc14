import { expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import { bytes, maskedText, masker, streamed } from './fixtures.ts';

/** Name, text, and the secret in it: the last of its kind. */
export type Form = readonly [name: string, text: string, secret: string];

/** Tests that the secret of each form is found, by itself, and the same byte by byte. */
export function testForms(forms: readonly Form[]): void {
  const detector = createDetector();
  const by = masker();

  test.each(forms)('%s', (_, text, secret) => {
    const at = Buffer.byteLength(text.slice(0, text.lastIndexOf(secret)));
    const found = detector.detect(bytes(text));
    const whole = found.find(({ start, end }) => start <= at && end >= at + secret.length);
    expect(whole, 'the secret lies in one finding').toBeDefined();
    expect((whole?.end ?? 0) - (whole?.start ?? 0)).toBeLessThanOrEqual(secret.length + 64);
  });

  test.each(forms)('%s, byte by byte', (_, text) => {
    const single = Array.from(bytes(text), (byte) => Uint8Array.of(byte));
    expect(streamed(by, single)).toBe(maskedText(by, text));
  });
}
