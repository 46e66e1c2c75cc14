import { expect, test } from 'vitest';

import type { Splice } from '../../../src/core/bytes.ts';
import { HiddenTools } from '../../../src/core/mask/hidden-tools.ts';

const NOTHING = new Uint8Array();

test('edits in a hidden tool go with it, edits beside it stay, all in order', () => {
  const tools = new HiddenTools();
  tools.endTool(10, 20);
  tools.hide();
  tools.endTool(21, 30);
  tools.endTool(31, 40);
  tools.endList();
  const edit = (start: number): Splice => ({ start, end: start + 2, replacement: NOTHING });
  expect(tools.applyTo([edit(2), edit(12), edit(22), edit(28), edit(32), edit(50)])).toEqual([
    edit(2),
    edit(12),
    { start: 20, end: 30, replacement: NOTHING },
    edit(32),
    edit(50),
  ]);
  expect(tools.count).toBe(1);
});

test('a list that has not ended removes nothing', () => {
  const tools = new HiddenTools();
  tools.hide();
  tools.endTool(0, 5);
  expect(tools.applyTo([])).toEqual([]);
});

test('the work grows with the message, not with edits times tools', () => {
  const steps = (count: number): number => {
    let reads = 0;
    const tools = new HiddenTools();
    const edits: Splice[] = [];
    for (let i = 0; i < count; i += 1) {
      if (i % 2 === 0) tools.hide();
      tools.endTool(10 * i, 10 * i + 9);
      const [start, end] = [10 * i + 3, 10 * i + 5];
      edits.push({
        get start() {
          reads += 1;
          return start;
        },
        get end() {
          reads += 1;
          return end;
        },
        replacement: NOTHING,
      });
    }
    tools.endList();
    tools.applyTo(edits);
    return reads;
  };
  // Sorting takes a little more than eight times as long.
  expect(steps(8_000) / steps(1_000)).toBeLessThan(8 * 2);
});
