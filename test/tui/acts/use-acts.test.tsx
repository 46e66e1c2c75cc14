import { Text, useInput } from 'ink';
import type { ReactElement } from 'react';
import { afterEach, expect, test } from 'vitest';

import { HallpassError } from '../../../src/core/errors.ts';
import type { ReviewActs } from '../../../src/core/review/source.ts';
import type { Verification } from '../../../src/core/session/verify.ts';
import { type ActsOf, useActs } from '../../../src/tui/acts/use-acts.tsx';
import { Frame } from '../../../src/tui/frame.tsx';
import { PLAIN } from '../../../src/tui/theme.ts';
import { InkScreen } from '../../helpers/ink-screen.ts';

const SMALL = { columns: 60, rows: 20 };
const FINDING = { rule: 'r', at: '/a', placeholder: 'hpm_r_0123456789', why: 'shape' };
const OF: ActsOf = { session: '7k2m9q4xw1ab', targets: [3, 4], finding: FINDING };
let screen: InkScreen | undefined;
let outcomes: string[] = [];

afterEach(() => {
  screen?.instance.unmount();
  outcomes = [];
});

function Screen({ acts, of }: { acts: ReviewActs; of: ActsOf }): ReactElement {
  const handle = useActs({ acts, of, theme: PLAIN, done: (what) => outcomes.push(what) });
  useInput((input, key) => void handle.press(input, key));
  return (
    <Frame theme={PLAIN} title="a session" keys={handle.keys} help={false} footer={handle.footer}>
      {handle.view ?? <Text>the timeline</Text>}
    </Frame>
  );
}

function shown(acts: ReviewActs, of = OF): InkScreen {
  screen = new InkScreen(<Screen acts={acts} of={of} />, SMALL);
  return screen;
}

/** An act that remembers what it was asked. */
function recorded() {
  const calls: unknown[][] = [];
  const act = (...call: unknown[]): Promise<string> => {
    calls.push(call);
    return Promise.resolve('it is done');
  };
  return { calls, act };
}

function fits({ lines }: InkScreen): void {
  expect(lines.length).toBeLessThan(SMALL.rows);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(SMALL.columns);
}

test('a payload is removed after a reason and a yes', async () => {
  const { calls, act } = recorded();
  const terminal = shown({ redact: act });
  await terminal.shows(/x redact/);
  terminal.type('x');
  await terminal.shows(/Remove 2 payloads, of events 3 to 4\. Why\? _/);
  expect(terminal.lines.join('\n')).toContain('the timeline');
  terminal.type('it names her\r');
  await terminal.shows(/Remove 2 payloads for good\? {2}y removes {2}esc keeps/);
  fits(terminal);
  expect(calls).toEqual([]);
  terminal.type('y');
  await terminal.shows(/it is done/);
  expect(calls).toEqual([['7k2m9q4xw1ab', [3, 4], 'it names her']]);
  expect(outcomes).toEqual(['changed']);
});

test.each(['x', 'N'])('%s that would be refused asks nothing', async (key) => {
  const { calls, act } = recorded();
  const why = 'session 7k2m9q4xw1ab, or some of it, is at https://hub.example already';
  const amendable = () => Promise.reject(new HallpassError('ERR_ALREADY_SENT', why, { hint: 'Leave it.' }));
  const terminal = shown({ redact: act, note: act, amendable });
  await terminal.shows(/x redact/);
  terminal.type(key);
  await terminal.shows(/is at\s+https:\/\/hub\.example already[\s\S]*Leave it\./);
  expect(terminal.all).not.toMatch(/Why\?|Note on/);
  expect(calls).toEqual([]);
});

test('what is pasted is a part of what is typed, and ends nothing', async () => {
  const { calls, act } = recorded();
  const terminal = shown({ note: act });
  await terminal.shows(/N note/);
  terminal.type('N');
  await terminal.shows(/Note on event 3: _/);
  terminal.type('\u001b[200~two\nlines\u001b[31m\u001b[201~');
  await terminal.shows(/two lines/);
  expect(calls).toEqual([]);
  terminal.type('\r');
  await terminal.shows(/it is done/);
  expect(calls).toMatchObject([['7k2m9q4xw1ab', expect.stringContaining('two lines'), 3]]);
});

test('a session is deleted by the beginning of its id', async () => {
  const { calls, act } = recorded();
  const terminal = shown({ remove: act });
  await terminal.shows(/D delete/);
  terminal.type('D');
  await terminal.shows(/Delete 7k2m9q4xw1ab for good\? First 4 letters of it: _/);
  fits(terminal);
  terminal.type('7k2m\r');
  await terminal.shows(/it is done/);
  expect(calls).toEqual([['7k2m9q4xw1ab']]);
  expect(outcomes).toEqual(['removed']);
});

test('each claim is shown with status and reason, none of them obeyed', async () => {
  const verification: Verification = {
    session: '7k2m9q4xw1ab',
    ok: false,
    seal: 'unproven',
    claims: [
      { claim: 'tree', status: 'pass', reason: 'root over 4 lines recomputed' },
      { claim: 'signer', status: 'fail', reason: `sealed by \u001b[2J${'long '.repeat(30)}` },
      { claim: 'time', status: 'unchecked', reason: 'nobody has confirmed it' },
    ],
  };
  const terminal = shown({}, { ...OF, verify: () => Promise.resolve(verification) });
  await terminal.shows(/v verify/);
  terminal.type('v');
  await terminal.shows(/DOES NOT VERIFY/);
  const text = terminal.lines.join('\n');
  expect(text).toMatch(/tree +pass +root over 4 lines recomputed/);
  expect(text).toMatch(/signer +fail +sealed by \\x1b\[2J/);
  expect(text).toMatch(/time +unchecked +nobody has confirmed it/);
  expect(text).not.toContain('\u001b[2J');
  fits(terminal);
  terminal.type('\r');
  await terminal.shows(/the timeline/);
  expect(outcomes).toEqual(['nothing']);
});

test('a verification that is left is told so', async () => {
  const { promise, resolve } = Promise.withResolvers<AbortSignal>();
  const verify = (signal: AbortSignal): Promise<Verification> => {
    resolve(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('left'))));
  };
  const terminal = shown({}, { ...OF, verify });
  await terminal.shows(/v verify/);
  terminal.type('v');
  const signal = await promise;
  await terminal.shows(/checking every claim/);
  terminal.type('\u001b');
  await terminal.shows(/v verify/);
  expect(signal.aborted).toBe(true);
  expect(terminal.all).not.toContain('left\n');
});

test('an export goes where it says, in the format that was picked', async () => {
  const { calls, act } = recorded();
  const terminal = shown({ export: act });
  await terminal.shows(/e export/);
  terminal.type('e');
  await terminal.shows(/Export as >1 json {2}2 bundle {2}3 asciicast/);
  terminal.type('2');
  await terminal.shows(/it is done/);
  expect(calls).toEqual([['7k2m9q4xw1ab', 'bundle']]);
  expect(outcomes).toEqual(['nothing']);
});

test('what would be allowed is shown before it is written', async () => {
  const written: string[] = [];
  const plan = {
    means: 'From now on this value passes where these rules find it.',
    file: '/home/dana/.config/hallpass/exceptions.yaml',
    diff: ['  exceptions:', '+ - placeholder: hpm_r_0123456789', '- # none'],
    write: () => Promise.resolve(`written ${written.push('once')}`),
  };
  const terminal = shown({ allow: () => Promise.resolve(plan) });
  await terminal.shows(/a allow in future/);
  terminal.type('a');
  await terminal.shows(/enter writes it/);
  const text = terminal.lines.join('\n');
  for (const part of [plan.means, plan.file, ...plan.diff]) expect(text).toContain(part);
  fits(terminal);
  expect(written).toEqual([]);
  terminal.type('\r');
  await terminal.shows(/written 1/);
  expect(written).toEqual(['once']);
});

test('what fails says why, all of it, and what to do', async () => {
  const why = `session 7k2m9q4xw1ab, or some of it, is at https://hub.example already ${'x '.repeat(60)}`;
  const upload = () => Promise.reject(new HallpassError('ERR_ALREADY_SENT', why, { hint: 'Leave it.' }));
  const terminal = shown({ upload });
  await terminal.shows(/u upload/);
  terminal.type('u');
  await terminal.shows(/Leave it\./);
  expect(terminal.lines.join('\n')).toMatch(/is at\s+https:\/\/hub\.example already/);
  fits(terminal);
  terminal.type('q');
  await terminal.shows(/the timeline/);
});
