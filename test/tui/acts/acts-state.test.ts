import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import type { Verification } from '../../../src/core/session/verify.ts';
import { actOf, intentsIn, keysOf } from '../../../src/tui/acts/act-keys.ts';
import {
  type ActsOf,
  type ActsState,
  type Dialog,
  type Intent,
  NOTHING,
  reduce,
} from '../../../src/tui/acts/acts-state.ts';

const FINDING = { rule: 'r', at: '/a', placeholder: 'hpm_r_0123456789', why: 'shape' };
const OF: ActsOf = { session: '7k2m9q4xw1ab', targets: [3, 4], finding: FINDING };
const BARE: ActsOf = { session: '7k2m9q4xw1ab', targets: [], finding: undefined };
const PLAN = { means: 'it passes', file: 'f', diff: ['+ a'], write: () => Promise.resolve('written') };
const VERIFICATION: Verification = { session: 's', ok: true, claims: [], seal: 'timely' };
const GOOD = { kind: 'good', text: 'done' } as const;

function after(...intents: Intent[]): ActsState {
  return intents.reduce(reduce, NOTHING);
}

const open = (act: Extract<Intent, { kind: 'open' }>['act'], of = OF): Intent => ({ kind: 'open', act, of });
const ask = (act: 'redact' | 'note'): Intent[] => [open(act), { kind: 'askable' }];
const type = (text: string): Intent => ({ kind: 'type', text });
const send: Intent = { kind: 'send' };

describe('what the dialog comes to', () => {
  test.each<[string, Intent[], Partial<Dialog>]>([
    [
      'whether something can be redacted is looked up first',
      [open('redact')],
      { kind: 'busy', job: { kind: 'ask', act: 'redact' } },
    ],
    ['then it asks why', [...ask('redact')], { kind: 'typing', act: 'redact', text: '' }],
    [
      '… and once more',
      [...ask('redact'), type(' it names her '), send],
      { kind: 'sure', reason: 'it names her' },
    ],
    [
      '… and is then done',
      [...ask('redact'), type('no'), send, { kind: 'yes' }],
      { kind: 'busy', of: OF, job: { kind: 'redact', reason: 'no' } },
    ],
    ['… or not', [...ask('redact'), type('no'), send, { kind: 'close' }], { kind: 'none' }],
    [
      'without a reason it goes on asking',
      [...ask('redact'), type('  '), send],
      { kind: 'typing', text: '' },
    ],
    [
      'a note is added at once',
      [...ask('note'), type('seen'), send],
      { kind: 'busy', job: { kind: 'note', text: 'seen' } },
    ],
    [
      'what was typed is erased by the letter or all',
      [...ask('note'), type('ab😀'), { kind: 'erase', all: false }],
      { kind: 'typing', text: 'ab' },
    ],
    ['… or all', [...ask('note'), type('ab'), { kind: 'erase', all: true }], { kind: 'typing', text: '' }],
    ['esc leaves what was typed', [...ask('note'), type('ab'), { kind: 'back' }], { kind: 'none' }],
    [
      'deleting asks for the id',
      [open('remove'), type('7k2m'), send],
      { kind: 'busy', job: { kind: 'remove' } },
    ],
    ['… and another one is not it', [open('remove'), type('7k2n'), send], { kind: 'none' }],
    ['… nor is less of it', [open('remove'), type('7k2'), send], { kind: 'none' }],
    ['… nor is y', [open('remove'), type('y'), send], { kind: 'none' }],
    ['uploading asks nothing', [open('upload')], { kind: 'busy', job: { kind: 'upload' } }],
    ['verifying neither', [open('verify')], { kind: 'busy', job: { kind: 'verify' } }],
    [
      '… and shows each claim',
      [open('verify'), { kind: 'verified', verification: VERIFICATION }],
      { kind: 'claims', verification: VERIFICATION, scrolled: 0 },
    ],
    ['… and only what was asked for', [open('upload'), { kind: 'askable' }], { kind: 'busy' }],
    ['what was left comes to nothing', [{ kind: 'verified', verification: VERIFICATION }], { kind: 'none' }],
    ['an export asks for the format', [open('export')], { kind: 'formats', chosen: 0 }],
    [
      '… that is chosen',
      [open('export'), { kind: 'move', move: { by: 1 }, length: 0, page: 1 }, { kind: 'yes' }],
      { kind: 'busy', job: { kind: 'export', format: 'bundle' } },
    ],
    [
      '… or picked',
      [open('export'), { kind: 'pick', at: 2 }],
      { kind: 'busy', job: { kind: 'export', format: 'asciicast' } },
    ],
    ['… and there is no tenth', [open('export'), { kind: 'pick', at: 9 }], { kind: 'formats', chosen: 0 }],
    ['allowing shows first what would be written', [open('allow')], { kind: 'busy', job: { kind: 'allow' } }],
    ['… which is this', [open('allow'), { kind: 'planned', plan: PLAN }], { kind: 'plan', plan: PLAN }],
    [
      '… and is written when somebody says so',
      [open('allow'), { kind: 'planned', plan: PLAN }, { kind: 'yes' }],
      { kind: 'busy', job: { kind: 'write', plan: PLAN } },
    ],
    [
      'what fails says why',
      [open('upload'), { kind: 'failed', failure: { why: 'a', hint: 'b' } }],
      { kind: 'failed', failure: { why: 'a', hint: 'b' } },
    ],
    [
      'a dialog is not opened over another',
      [...ask('note'), open('remove')],
      { kind: 'typing', act: 'note' },
    ],
    [
      'nothing is agreed to that was not asked',
      [...ask('note'), { kind: 'yes' }],
      { kind: 'typing', act: 'note' },
    ],
  ])('%s', (_, intents, dialog) => {
    expect(after(...intents).dialog).toMatchObject(dialog);
  });

  test('what can not be is said', () => {
    expect(after(open('redact', BARE)).notice?.text).toBe('Nothing chosen here has a payload to remove.');
    expect(after(open('allow', BARE)).notice?.text).toBe('Nothing was masked in what is chosen here.');
    expect(after(open('remove'), type('nope'), send).notice?.text).toBe(
      'That is not how its id begins: session 7k2m9q4xw1ab is kept.',
    );
  });

  test('what came of an act stands until something else is chosen, or what is next where it is gone', () => {
    const ended = after(...ask('note'), { kind: 'ended', notice: GOOD });
    expect(ended).toEqual({ dialog: { kind: 'none' }, notice: GOOD });
    expect(reduce(ended, { kind: 'elsewhere' }).notice).toBeUndefined();
    const gone = after({ kind: 'ended', notice: { ...GOOD, isOfGone: true } });
    const next = reduce(gone, { kind: 'elsewhere' });
    expect(next.notice).toEqual(GOOD);
    expect(reduce(next, { kind: 'elsewhere' }).notice).toBeUndefined();
    expect(reduce(ended, open('note')).notice).toBeUndefined();
  });

  test('no more is typed than is kept', () => {
    const long = 'x'.repeat(LIMITS.noteCharacters);
    expect(after(...ask('note'), type(long), type('y')).dialog).toMatchObject({ text: long });
    expect(after(...ask('redact'), type(long)).dialog).toMatchObject({
      text: 'x'.repeat(LIMITS.reasonCharacters),
    });
  });

  test('a long text is scrolled as far as it goes', () => {
    const claims = after(open('verify'), { kind: 'verified', verification: VERIFICATION });
    const move = (by: number): Intent => ({ kind: 'move', move: { by }, length: 20, page: 15 });
    expect(reduce(claims, move(3)).dialog).toMatchObject({ scrolled: 3 });
    expect(reduce(claims, move(9)).dialog).toMatchObject({ scrolled: 5 });
    expect(reduce(claims, { kind: 'move', move: { by: 1 }, length: 3, page: 15 }).dialog).toMatchObject({
      scrolled: 0,
    });
  });
});

describe('keys', () => {
  const ACTS = { redact: () => Promise.resolve(''), export: () => Promise.resolve('') };

  test('stand for what can be done there', () => {
    const verify = () => Promise.resolve(VERIFICATION);
    expect(keysOf(ACTS, OF).map(({ keys }) => keys)).toEqual(['x', 'e']);
    expect(keysOf(ACTS, { ...OF, verify }).map(({ keys }) => keys)).toEqual(['v', 'x', 'e']);
    expect(keysOf(ACTS, undefined)).toEqual([]);
    const allow = () => Promise.resolve(PLAN);
    expect(keysOf({ ...ACTS, allow }, OF).map(({ keys }) => keys)).toEqual(['x', 'e', 'a']);
    expect(keysOf({ ...ACTS, allow }, BARE).map(({ keys }) => keys)).toEqual(['e']);
    expect(actOf('a', { allow }, BARE)).toEqual({ act: 'allow', lack: undefined });
    expect(actOf('x', ACTS, OF)).toEqual({ act: 'redact', lack: undefined });
    expect(actOf('xx', ACTS, OF)).toBeUndefined();
    expect(actOf('x', ACTS, undefined)).toBeUndefined();
  });

  test.each(['v', 'x', 'N', 'u', 'D', 'e', 'a'])('%s tells why it can not be, on a line of 60', (key) => {
    const pressed = actOf(key, {}, OF);
    const { dialog, notice } = after({
      kind: 'open',
      act: pressed?.act ?? 'verify',
      of: OF,
      lack: pressed?.lack,
    });
    expect(dialog).toEqual({ kind: 'none' });
    expect(notice).toEqual({ kind: 'warning', text: pressed?.lack });
    expect(notice?.text.length).toBeLessThanOrEqual(60);
  });

  const at = (dialog: Dialog) => ({ dialog, length: 30, page: 10 });
  const sure: Dialog = { kind: 'sure', of: OF, reason: 'r' };
  const formats: Dialog = { kind: 'formats', of: OF, chosen: 0 };
  const claims: Dialog = { kind: 'claims', of: OF, verification: VERIFICATION, scrolled: 0 };
  const verifying: Dialog = { kind: 'busy', of: OF, job: { kind: 'verify' } };
  const deleting: Dialog = { kind: 'busy', of: OF, job: { kind: 'remove' } };
  const plan: Dialog = { kind: 'plan', of: OF, plan: PLAN, scrolled: 0 };

  test.each<[string, Dialog, string, object, Intent[]]>([
    ['y removes', sure, 'y', {}, [{ kind: 'yes' }]],
    ['enter alone does not', sure, '\r', { return: true }, [{ kind: 'close' }]],
    ['nor does what was pasted', sure, 'yes', {}, [{ kind: 'close' }]],
    ['enter writes what was shown', plan, '\r', { return: true }, [{ kind: 'yes' }]],
    ['esc does not', plan, '', { escape: true }, [{ kind: 'close' }]],
    ['any other key neither', plan, 'x', {}, []],
    ['a number picks a format', formats, '2', {}, [{ kind: 'pick', at: 1 }]],
    [
      'right goes on',
      formats,
      '',
      { rightArrow: true },
      [{ kind: 'move', move: { by: 1 }, length: 0, page: 1 }],
    ],
    ['enter leaves the claims', claims, '\r', { return: true }, [{ kind: 'close' }]],
    ['j scrolls them', claims, 'j', {}, [{ kind: 'move', move: { by: 1 }, length: 30, page: 10 }]],
    ['esc stops verifying', verifying, '', { escape: true }, [{ kind: 'close' }]],
    ['nothing stops what is being done', deleting, '', { escape: true }, []],
    ['nothing is open, nothing is meant', { kind: 'none' }, 'y', {}, []],
  ])('%s', (...[, dialog, input, key, intents]) => {
    expect(intentsIn(at(dialog), input, key)).toEqual(intents);
  });
});
