import { readFileSync, writeFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { showSession } from '../../src/app/show-session.ts';
import { presentList, presentSession, presentSessionJson } from '../../src/cli/present-sessions.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { visibleJson } from '../../src/core/visible.ts';
import { openSession } from '../../src/platform/session-store.ts';
import {
  DEVICE,
  message,
  NO_HUBS,
  recordSession,
  sessionsIn,
  START,
  temporaryDirectory,
  TRUST,
} from '../helpers/recorded-session.ts';

const ESC = String.fromCharCode(0x1b);
const HOSTILE = `${ESC}]0;owned${String.fromCharCode(7)}\u009b31m\u202e\n${ESC}[2J`;
// oxlint-disable-next-line no-control-regex -- control characters are what must not be there
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

function memoryTerminal(): Terminal & { readonly lines: string[]; readonly notes: string[] } {
  const lines: string[] = [];
  const notes: string[] = [];
  return {
    lines,
    notes,
    result: (line) => lines.push(line),
    json: (value) => lines.push(visibleJson(value)),
    note: (line) => notes.push(line),
    stdinIsTty: false,
    stdoutIsTty: false,
    stderrIsTty: false,
  };
}

async function show(directory: string) {
  const deps = {
    ...NO_HUBS,
    sessions: sessionsIn(directory),
    note: () => undefined,
    trust: () => Promise.resolve(TRUST),
  };
  return showSession({ query: 'last', payloads: true }, deps);
}

describe('a session', () => {
  test('reads as a timeline that ends with its seal', async () => {
    using directory = temporaryDirectory();
    await recordSession(directory.path);
    const terminal = memoryTerminal();
    presentSession(await show(directory.path), terminal);
    const text = terminal.lines
      .join('\n')
      .replaceAll(/\+\d+\.\d{3} s/g, '+T s')
      .replaceAll(/\d+\.\d ms/g, 'T ms');
    expect(text).toContain('  +T s  → tools/call read_file  1 masked  allow\n');
    expect(text).toContain('  github_pat at /params/arguments/token: shape -> hpm_github_pat_a1b2c3d4e5\n');
    expect(text).toContain('  +T s  ← tools/call read_file  allow  T ms\n');
    expect(text).toContain('| {"jsonrpc":"2.0","id":1,"result":{}}\n');
    expect(text).toContain('  +T s    end: client closed (exit 0)\n');
    expect(text.endsWith(`\nsealed by device key ${DEVICE.record.key}, unattested`)).toBe(true);
  });

  test('on a terminal says how large that was, and became', async () => {
    using directory = temporaryDirectory();
    const start = { ...START, terminal: { columns: 90, rows: 30 } };
    const session = await openSession(start, { sessionsDir: directory.path, signer: DEVICE });
    const resized = { columns: 70, rows: 20 };
    session.append({ kind: 'output', stream: 'terminal', resized, findings: [] }, Buffer.from('x'));
    await session.seal({ reason: 'exited with 0' });
    const terminal = memoryTerminal();
    presentSession(await show(directory.path), terminal);
    expect(terminal.lines.join('\n')).toMatch(
      /^ {2}terminal {3}90 by 30$[^]*terminal of 70 by 20 from here on$[^]*sealed by/m,
    );
  });

  test('says who decided on a held call, and what else was said', async () => {
    using directory = temporaryDirectory();
    const session = await openSession(START, { sessionsDir: directory.path, signer: DEVICE });
    const said = (who: string, verdict: 'approve' | 'deny', reason = '') => ({
      who,
      verdict,
      reason,
      at: 0,
      attended: true,
    });
    const decision = { kind: 'decision', approval: 'apr_1', unattended_possible: true } as const;
    session.append({ ...decision, state: 'approved', by: [said('al', 'approve', 'fine')] });
    const glass = { ...said('bo', 'approve', 'fire'), break_glass: true } as const;
    session.append({ ...decision, state: 'approved', by: [glass] });
    session.append({ ...decision, state: 'denied', by: [said('al', 'approve'), said('bo', 'deny', 'no')] });
    session.append({ ...decision, state: 'expired', by: [] });
    await session.seal({ reason: 'client closed' });
    const terminal = memoryTerminal();
    presentSession(await show(directory.path), terminal);
    const lines = terminal.lines.filter((line) => line.includes('apr_1')).map((line) => line.slice(18));
    const remark = '; an agent with a shell could have said it';
    expect(lines).toEqual([
      `  APPROVED apr_1 by al (fine)${remark}`,
      `  APPROVED apr_1 by bo, BREAKING THE GLASS (fire)${remark}`,
      `  DENIED apr_1 by bo (no), approved by al${remark}`,
      `  EXPIRED apr_1${remark}`,
    ]);
  });

  test('nothing in it runs in the terminal', async () => {
    using directory = temporaryDirectory();
    const hostileStart = {
      ...START,
      connection: HOSTILE,
      subject: HOSTILE,
      upstream: HOSTILE,
      workspace: HOSTILE,
      policy: HOSTILE,
    };
    const session = await openSession(hostileStart, { sessionsDir: directory.path, signer: DEVICE });
    const finding = { rule: HOSTILE, at: HOSTILE, placeholder: HOSTILE, why: HOSTILE };
    const verdict = { outcome: 'deny', reason: HOSTILE, rule: HOSTILE } as const;
    session.append(
      message({ method: HOSTILE, tool: HOSTILE, id: HOSTILE, findings: [finding], verdict }),
      Buffer.from(HOSTILE),
    );
    session.append({ kind: 'refused', direction: 'to_client', reason: HOSTILE, method: HOSTILE });
    session.append({ kind: 'error', code: HOSTILE, message: HOSTILE });
    await session.seal({ reason: HOSTILE });
    const terminal = memoryTerminal();
    presentSession(await show(directory.path), terminal);
    presentSessionJson(await show(directory.path), terminal);
    presentList([sessionsIn(directory.path).summary(session.id, 'sealed')], terminal);
    expect(terminal.lines.length).toBeGreaterThan(15);
    for (const line of terminal.lines) expect(line).not.toMatch(CONTROLS);
    // Nor does it pass for lines of ours.
    for (const line of terminal.lines) expect(line).not.toContain('\n');
  });

  test('one that does not verify is not called sealed', async () => {
    using directory = temporaryDirectory();
    const session = await openSession(START, { sessionsDir: directory.path, signer: DEVICE });
    const terminal = memoryTerminal();
    presentSession(await show(directory.path), terminal);
    expect(terminal.lines.at(-1)).toBe('not sealed yet: it is being recorded');
    await session.seal({ reason: 'done' });
    const { checkpoint } = sessionsIn(directory.path).files(session.id);
    writeFileSync(checkpoint, readFileSync(checkpoint, 'utf8').replace(/^2$/m, '3'));
    presentSession(await show(directory.path), terminal);
    expect(terminal.lines.at(-1)).toMatch(
      /^DOES NOT VERIFY: tree: the log has 2 lines, 3 were sealed\. See: /,
    );
  });
});

test('an empty list is said on stderr and leaves stdout empty', () => {
  const terminal = memoryTerminal();
  presentList([], terminal);
  expect(terminal.lines).toEqual([]);
  expect(terminal.notes).toHaveLength(1);
});
