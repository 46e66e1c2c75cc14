import { afterEach, expect, test } from 'vitest';

import { type Approval, decide, type Refused } from '../../../../src/core/approvals/approval.ts';
import type { ApprovalSource, Word } from '../../../../src/core/approvals/source.ts';
import { Approvals } from '../../../../src/tui/screens/approvals/approvals.tsx';
import { PLAIN } from '../../../../src/tui/theme.ts';
import { anApproval } from '../../../helpers/an-approval.ts';
import { InkScreen } from '../../../helpers/ink-screen.ts';

const SMALL = { columns: 60, rows: 20 };
let screen: InkScreen | undefined;

afterEach(() => screen?.instance.unmount());

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

function shown(source: ApprovalSource): InkScreen {
  const deps = { sources: [source], now: () => 1_000 };
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
  await terminal.shows(/nothing waits/);
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
