import { afterEach, expect, test } from 'vitest';

import { Review } from '../../../../src/tui/screens/review/review.tsx';
import type { ReviewDeps } from '../../../../src/tui/screens/review/use-review.ts';
import { PLAIN } from '../../../../src/tui/theme.ts';
import { InkScreen } from '../../../helpers/ink-screen.ts';
import { MemorySession, said, started } from '../../../helpers/memory-session.ts';
import { listed, MemorySource } from '../../../helpers/memory-source.ts';

let screen: InkScreen | undefined;

afterEach(() => screen?.instance.unmount());

function session(): MemorySession {
  return new MemorySession([
    started({ session_kind: 'connect', connection: 'files' }),
    said(1, { method: 'tools/list', id: '1', bytes: '{"a":1}' }),
    said(2, { direction: 'to_client', id: '1', bytes: '{"b":2}', rules: ['github_pat'] }),
    said(3, { method: 'ping', id: '2', bytes: '{}' }),
  ]);
}

function shown(source: MemorySource, deps: Partial<ReviewDeps> = {}): InkScreen {
  const all = { source, follows: false, now: () => 0, ...deps };
  screen = new InkScreen(<Review deps={all} theme={PLAIN} />, { columns: 80, rows: 24 });
  return screen;
}

test('from the list to a session, to a call, to the next, and all the way back to where one was', async () => {
  const source = new MemorySource([listed({ session: 'first' }), listed()], [session()]);
  const terminal = shown(source);
  await terminal.shows(/2 sessions/);
  terminal.type('j\r');
  await terminal.shows(/connect files +3 rows/);
  terminal.type(']');
  await terminal.shows(/> .*tools\/list/);
  terminal.type('\r');
  await terminal.shows(/files: tools\/list +2 of 3[\s\S]*why masked/);
  terminal.type('j');
  await terminal.shows(/^> +"b": 2/m);
  terminal.type('p');
  await terminal.shows(/^replay/);
  terminal.type('\u001b');
  await terminal.shows(/files: tools\/list +2 of 3[\s\S]*^> +"b": 2/m);
  terminal.type('J');
  await terminal.shows(/files: ping +3 of 3/);
  terminal.type('\u001b');
  await terminal.shows(/> .*tools\/list/);
  terminal.type('s');
  await terminal.shows(/^stats 3k2m9f7q/);
  terminal.type('\u001b');
  await terminal.shows(/> .*tools\/list/);
  terminal.type('p');
  await terminal.shows(/^replay/);
  terminal.type('\u001b');
  await terminal.shows(/> .*tools\/list/);
  expect(source.closed).toEqual([]);
  terminal.type('h');
  await terminal.shows(/2 sessions[\s\S]*> .*files/);
  expect(source.closed).toEqual(['3k2m9f7q']);
});

test('approvals come over a screen where there is somebody to give them, and leave back to it', async () => {
  const waits = {
    name: 'this device',
    list: async () => [],
    find: async () => undefined,
    close: () => undefined,
  };
  const approvals = {
    sources: [{ ...waits, listen: async () => ({ close: () => undefined }) }],
    now: () => 0,
  };
  const terminal = shown(new MemorySource([listed()], [session()]), { approvals });
  await terminal.shows(/1 session[\s\S]*A approvals/);
  terminal.type('A');
  await terminal.shows(/nothing waits[\s\S]*^esc back/m);
  terminal.type('\u001b');
  await terminal.shows(/1 session/);
  terminal.type('\r');
  await terminal.shows(/3 rows/);
  terminal.type('A');
  await terminal.shows(/nothing waits/);
  terminal.type('q');
  await terminal.shows(/3 rows/);
});

test('a session that is named is seen at once, the list behind it; whatever is left is closed', async () => {
  const source = new MemorySource([listed()]);
  const terminal = shown(source, { first: session() });
  await terminal.shows(/connect files/);
  terminal.type('h');
  await terminal.shows(/1 session/);
  terminal.type('q');
  expect(await terminal.instance.waitUntilExit()).toBe('quit');
  expect(source.isClosed).toBe(true);
});

test('Ctrl-C ends it on every screen, also while one types', async () => {
  const terminal = shown(new MemorySource([]), { first: session() });
  await terminal.shows(/connect files/);
  terminal.type('/');
  await terminal.shows(/\/_/);
  terminal.type('\u0003');
  expect(await terminal.instance.waitUntilExit()).toBe('interrupted');
});
