import { describe, expect, test } from 'vitest';

import { qrCode } from '../../src/cli/qr-code.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { readQr, THEMES } from '../helpers/read-qr.ts';

const ADDRESS = 'https://login.example.com/device?user_code=ABCD-EFGH';
const HUGE = { columns: 1_000, rows: 1_000 };

describe('a QR code', () => {
  for (const [name, theme] of Object.entries(THEMES)) {
    test.each([1, 20, 60, 300, LIMITS.verificationUriChars])(
      `of %i characters can be read on a ${name} terminal`,
      (length) => {
        const text = ADDRESS.padEnd(length, '~').slice(0, length);
        expect(readQr(`before\n${(qrCode(text, HUGE) ?? []).join('\n')}\nafter`, theme)).toBe(text);
      },
    );
  }

  test('has light modules around it, four of them', () => {
    const lines = qrCode(ADDRESS, HUGE) ?? [];
    const cells = lines.map((line) => line.slice(line.indexOf('m') + 1, line.lastIndexOf('\u001b')));
    expect(new Set(cells.map((row) => row.length)).size).toBe(1);
    for (const row of [...cells.slice(0, 2), ...cells.slice(-2)]) expect(row).toMatch(/^ +$/);
    for (const row of cells) expect(row).toMatch(/^ {4}.* {4}$/);
    expect(cells.some((row) => /^ {4}\S.*\S {4}$/.test(row))).toBe(true);
  });

  test('is there where it fits exactly, and not where a column or a line is missing', () => {
    const height = qrCode(ADDRESS, HUGE)?.length ?? 0;
    const width = 2 * height - 1;
    // Below it come a line of text and the cursor.
    const room = { columns: width, rows: height + 2 };
    expect(qrCode(ADDRESS, room)).toHaveLength(height);
    expect(qrCode(ADDRESS, { ...room, columns: width - 1 })).toBeUndefined();
    expect(qrCode(ADDRESS, { ...room, rows: height + 1 })).toBeUndefined();
  });

  test('of a usual address fits the usual terminal', () => {
    expect(qrCode(ADDRESS, { columns: 80, rows: 24 })).toBeDefined();
  });
});
