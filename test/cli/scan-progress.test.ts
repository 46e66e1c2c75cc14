import { describe, expect, test } from 'vitest';

import { ScanProgress, type WorkAhead } from '../../src/cli/scan-progress.ts';
import { cites } from '../helpers/cites.ts';

const CLEAR = '\r\u001b[K';

function bar(ahead: WorkAhead | undefined, columns = 80) {
  const written: string[] = [];
  const clock = { now: 0 };
  const write = (text: string) => void written.push(text);
  const progress = new ScanProgress({ write, now: () => clock.now, columns, ahead });
  return { written, clock, progress };
}

describe('a progress bar', () => {
  test(
    'appears when a scan takes its time, not with every piece, and goes away',
    cites('scan.progress'),
    () => {
      const { written, clock, progress } = bar({ files: 4, bytes: 4_000_000 });
      progress.advance(1_000_000);
      progress.fileDone();
      progress.clear();
      expect(written).toEqual([]);
      clock.now = 600;
      progress.advance(1_000_000);
      clock.now = 650;
      progress.advance(1_000_000);
      expect(written).toEqual([`${CLEAR}${'█'.repeat(12)}${'░'.repeat(12)} 50%  1/4 files, 2.0 MB`]);
      progress.clear();
      progress.clear();
      expect(written.slice(1)).toEqual([CLEAR]);
    },
  );

  test('has no bar where nobody knows how much there is, and fits the terminal', () => {
    const { written, clock, progress } = bar(undefined, 12);
    clock.now = 600;
    progress.advance(2_500_000);
    expect(written).toEqual([`${CLEAR}0 files, 2.`]);
  });

  test('never says more than all, should files grow meanwhile', () => {
    const { written, clock, progress } = bar({ files: 1, bytes: 10 });
    clock.now = 600;
    progress.advance(30);
    expect(written.join('')).toContain('100%');
  });
});
