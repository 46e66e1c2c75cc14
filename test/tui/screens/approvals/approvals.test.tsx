import { afterEach, expect, test } from 'vitest';

import { type Approval, decide, type Refused } from '../../../../src/core/approvals/approval.ts';
import type { ApprovalSource, Word } from '../../../../src/core/approvals/source.ts';
import { Approvals } from '../../../../src/tui/screens/approvals/approvals.tsx';
import { PLAIN } from '../../../../src/tui/theme.ts';
import { anApproval } from '../../../helpers/an-approval.ts';
import { InkScreen } from '../../../helpers/ink-screen.ts';

const SMALL = { columns: 60, rows: 20 };
let screen: InkScreen | undefined;
let opened: string[] = [];

afterEach(() => {
  screen?.instance.unmount();
  opened = [];
});

/** A source in memory that says when something changes. */
class Kept implements ApprovalSource {
  readonly name = 'this device';
  readonly said: Word[] = [];
  #approvals: Approval[];
  #onChange = (): void => undefined;

  constructor(...approvals: Approval[]) {
    this.#approvals = approvals;
  }

  set(...approvals: Approval[]): void {
    this.#approvals = approvals;
    this.#onChange();
  }

  list = async () => this.#approvals.map((approval) => ({ approval, at: this.name, url: undefined }));
  find = async () => undefined;

  decide = async (id: string, word: Word): Promise<Approval | Refused | undefined> => {
    const at = this.#approvals.findIndex((one) => one.id === id);
    const [approval] = this.#approvals.slice(at, at + 1);
    const said = { ...word, by: 'al', groups: [], at: 1, attended: false };
    const next = approval && decide(approval, said);
    if (next === undefined || typeof next === 'string') return next;
    this.said.push(word);
    this.set(...this.#approvals.with(at, next));
    return next;
  };

  listen = async (onChange: () => void) => {
    this.#onChange = onChange;
    return { close: () => undefined };
  };

  close(): void {
    // Nothing is open.
  }
}

function shown(...sources: ApprovalSource[]): InkScreen {
  const deps = { sources, now: () => 1_000, open: (url: string) => opened.push(url) };
  screen = new InkScreen(<Approvals deps={deps} theme={PLAIN} />, SMALL);
  return screen;
}

test('who, what, masked arguments, restores, risk and time are on a screen of 60 by 20', async () => {
  const restores = ['DB_PASSWORD in /arguments/password'];
  const terminal = shown(new Kept(anApproval({ restores }), anApproval({ id: 'apr_2', tool: 'drop' })));
  await terminal.shows(/2 wait/);
  const text = terminal.lines.join('\n');
  for (const part of [
    'jo, session s1',
    'query on db',
    'DROP TABLE customers',
    'DB_PASSWORD',
    'medium',
    '9:59',
  ])
    expect(text).toContain(part);
  expect(terminal.lines.length).toBeLessThan(SMALL.rows);
  for (const line of terminal.lines) expect(line.length).toBeLessThanOrEqual(SMALL.columns);
});

test('a key, a reason, Enter: it is decided, and says so', async () => {
  const source = new Kept(anApproval());
  const terminal = shown(source);
  await terminal.shows(/1 waits/);
  terminal.type('a');
  await terminal.shows(/Approve apr_1\. Why/);
  terminal.type('tested');
  await terminal.shows(/Why\? tested/);
  terminal.type('\r');
  await terminal.shows(/apr_1 approved/);
  expect(source.said).toEqual([{ verdict: 'approve', reason: 'tested' }]);
  // Until it is used it can still be denied.
  terminal.type('d');
  await terminal.shows(/Deny apr_1/);
  terminal.type('\r');
  await terminal.shows(/apr_1 denied/);
  await terminal.shows(/nothing waits[\s\S]*Watching this device\.[\s\S]*apr_1 denied/);
  // What became of one does not stand beneath the next.
  source.set(anApproval({ id: 'apr_2' }));
  await terminal.shows(/1 waits[\s\S]*apr_2/);
  expect(terminal.lines.join('\n')).not.toContain('denied');
});

test('what comes while somebody looks is shown, and moves nothing', async () => {
  const source = new Kept(anApproval());
  const terminal = shown(source);
  await terminal.shows(/> query/);
  source.set(anApproval(), anApproval({ id: 'apr_2', tool: 'drop' }));
  await terminal.shows(/> query[\s\S]*drop on db/);
  source.set(anApproval({ id: 'apr_2', tool: 'drop' }));
  await terminal.shows(/ {2}drop on db[\s\S]*It is over\. Up or down/);
});

test('what waits at a hub is among the others, whole, and a key opens the page where it is decided', async () => {
  const url = 'https://hub.example/approvals/apr_2';
  const whole = anApproval({ id: 'apr_2', tool: 'drop', createdAt: 1, terms: OTHERS });
  const at = 'https://hub.example';
  const hub: ApprovalSource = {
    name: at,
    list: async () => [{ approval: { ...whole, presented: '' }, at, url, isShort: true }],
    find: async (id) => (id === whole.id ? { approval: whole, at, url } : undefined),
    listen: async () => ({ close: () => undefined }),
    close: () => undefined,
  };
  const terminal = shown(new Kept(anApproval()), hub);
  await terminal.shows(/2 wait\n> query on db +here .*\n {2}drop on db +hub /);
  terminal.type('j');
  await terminal.shows(
    /> drop[\s\S]*Decide +in a browser, at\n +https:\/\/hub\.example[\s\S]*DROP TABLE customers/,
  );
  await terminal.shows(/a decide in a browser/);
  terminal.type('a');
  await terminal.shows(/It is decided in a browser:\nhttps:\/\/hub\.example\/approvals/);
  expect(opened).toEqual([url]);
  await terminal.shows(/2 wait/);
});

test('what a device can not approve says what it takes', async () => {
  const approval = anApproval({ terms: { ...OTHERS, approvals: 2, groups: ['dba'] } });
  const source = new Kept(approval);
  source.list = async () => [{ approval, at: source.name, url: undefined, lack: '2 people of dba' }];
  const terminal = shown(source);
  await terminal.shows(/What .*\nNote +here it can only be denied: it takes 2 people of\n +dba\. Only a hub/);
  await terminal.shows(/up\/down choose {2}d deny {2}q quit {2}\? help/);
});

test('a page tells what the keys do, and goes again without leaving', async () => {
  const terminal = shown(new Kept(anApproval()));
  await terminal.shows(/\? help/);
  terminal.type('?');
  await terminal.shows(/approve it, with a reason/);
  terminal.type('q');
  await terminal.shows(/What +query on db/);
});

const OTHERS = { approvals: 1, groups: [], self: false, expiresMs: 600_000 };

test('a long call says how much of it is not seen, and shows it', async () => {
  const lines = Array.from({ length: 40 }, (_, at) => `"line ${at}"`);
  const presented = `{"arguments":{"lines":[${lines.join(',')}]}}`;
  const terminal = shown(new Kept(anApproval({ presented })));
  await terminal.shows(/\d+ more lines below: space/);
  for (const next of [/"line 12"/, /"line 25"/, /"line 39"/]) {
    terminal.type(' ');
    await terminal.shows(next);
  }
  await terminal.shows(/this is the end/);
});

test('without colour there is not one escape; nothing hostile is obeyed', async () => {
  const hostile = 'q\u001b[2J\u202e\u001b]0;x\u0007';
  const presented = JSON.stringify({ arguments: { [hostile]: hostile } });
  const approval = anApproval({
    tool: hostile,
    subject: hostile,
    reason: hostile,
    connection: hostile,
    presented,
  });
  const terminal = shown(new Kept(approval));
  await terminal.shows(/1 waits/);
  expect(terminal.all).not.toContain('\u001b');
  expect(terminal.all).not.toContain('\u202e');
});

test('a source out of reach is said so, and hides nothing of the others', async () => {
  const outOfReach = async (): Promise<never> => {
    await Promise.resolve();
    throw new Error('the hub is out of reach');
  };
  const hub: ApprovalSource = {
    name: 'hub',
    list: outOfReach,
    find: outOfReach,
    listen: outOfReach,
    close: () => undefined,
  };
  const deps = { sources: [hub, new Kept(anApproval())], now: () => 1_000 };
  screen = new InkScreen(<Approvals deps={deps} theme={PLAIN} />, SMALL);
  await screen.shows(/1 waits[\s\S]*the hub is out of reach/);
});
