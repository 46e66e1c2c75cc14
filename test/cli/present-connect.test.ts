import { expect, test } from 'vitest';

import { httpPresenter } from '../../src/cli/present-connect.ts';

test('a call is one line, whatever its name holds and however long it is', () => {
  const notes: string[] = [];
  const presenter = httpPresenter(
    {
      result: () => expect.unreachable('a call is no result'),
      json: () => expect.unreachable('a call is no result'),
      note: (line) => notes.push(line),
      stdinIsTty: true,
      stdoutIsTty: true,
      stderrIsTty: true,
    },
    { json: false },
  );
  const target = `\u001b[2J\n${'x'.repeat(100_000)}`;
  presenter.call({ method: 'tools/call', target, masked: 0, verdict: 'allow', ms: 1 });
  expect(notes).toEqual([expect.stringContaining('tools/call \\x1b[2J\\nxxx')]);
  expect(notes[0]?.length).toBeLessThan(200);
  expect(notes[0]).toContain('…');
});
