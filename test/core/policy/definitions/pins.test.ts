import { expect, test } from 'vitest';

import { createPolicy } from '../../../../src/core/policy/evaluate.ts';
import type { SeenDefinition } from '../../../../src/core/policy/definitions/definition.ts';
import { differenceOf } from '../../../../src/core/policy/definitions/difference.ts';
import {
  acceptPending,
  comparePage,
  EMPTY_BOOK,
  type SeenPage,
} from '../../../../src/core/policy/definitions/pins.ts';
import { parsePolicy, shippedPolicy } from '../../../../src/app/policy/policy-file.ts';
import { LIMITS } from '../../../../src/core/limits.ts';

const one = (name: string, digest = name): SeenDefinition => ({
  what: 'tool',
  id: name,
  name,
  index: 0,
  digest,
  skeleton: name,
  fields: { '': '{}', '/name': JSON.stringify(name) },
  hidden: undefined,
  suspicion: undefined,
});
const page = (...seen: SeenDefinition[]): SeenPage => ({
  what: 'tool',
  seen,
  depth: 0,
  isLast: true,
  listed: new Set(seen.map(({ id }) => `tool:${id}`)),
});
const JUDGING = { now: 1, distrusts: () => false };

test('what nobody has shown is not accepted: a definition that went on meanwhile still waits', () => {
  const first = comparePage(EMPTY_BOOK, page(one('a')), JUDGING).book;
  const shown = comparePage(first, page(one('a', 'b')), JUDGING).book;
  const later = comparePage(shown, page(one('a', 'c')), JUDGING).book;
  const accepted = acceptPending(later, shown.pending, 2);
  expect(accepted.pins['tool:a']?.digest).toBe('a');
  expect(accepted.pending['tool:a']?.digest).toBe('c');
});

test('nothing is written where nothing is other', () => {
  const { book } = comparePage(EMPTY_BOOK, page(one('a')), JUDGING);
  expect(comparePage(book, page(one('a')), JUDGING).isOther).toBe(false);
  const changed = comparePage(book, page(one('a', 'b')), JUDGING);
  expect(changed.isOther).toBe(true);
  expect(comparePage(changed.book, page(one('a', 'b')), JUDGING).isOther).toBe(false);
});

test('there is a limit to what is pinned, and what is over it is never taken for good', () => {
  const many = Array.from({ length: LIMITS.pinnedDefinitions + 1 }, (_, at) => one(`t${at}`));
  const { book, pinned, differences } = comparePage(EMPTY_BOOK, page(...many), JUDGING);
  expect(pinned).toBe(LIMITS.pinnedDefinitions);
  expect(differences).toMatchObject([{ change: 'added', name: `t${LIMITS.pinnedDefinitions}` }]);
  expect(Object.keys(book.pins)).toHaveLength(LIMITS.pinnedDefinitions);
});

test('a difference shows where two texts part, and no more of a long one than there is room for', () => {
  const long = 'x'.repeat(5_000);
  const [change] = differenceOf({ '/d': `"${long}a${long}"` }, { '/d': `"${long}b${long}"` });
  expect(change).toEqual({
    at: '/d',
    before: `…${'x'.repeat(40)}a${'x'.repeat(40)}…`,
    after: `…${'x'.repeat(40)}b${'x'.repeat(40)}…`,
  });
  const [added] = differenceOf({}, { '/d': `"${long}"` });
  expect(added?.after).toMatch(/… \(4002 more\)$/);
  expect(differenceOf({ '/d': '"aa"' }, { '/d': '"aaa"' })).toEqual([
    { at: '/d', before: '"aa"', after: '"aaa"' },
  ]);
});

test('where the masked texts are the same it says that something differs', () => {
  expect(differenceOf({ '/d': '"a"' }, { '/d': '"a"' })).toEqual([{ at: '' }]);
});

test('each shipped policy says what it does, and another layer can only tighten', () => {
  const rulesOf = (...names: Parameters<typeof shippedPolicy>[0][]) =>
    names.map((name) => createPolicy([shippedPolicy(name)]).definitions);
  expect(rulesOf('observe', 'guard', 'approve', 'locked')).toEqual([
    { changed: 'ignore', suspicious: 'ignore' },
    { changed: 'flag', suspicious: 'flag' },
    { changed: 'hide', suspicious: 'flag' },
    { changed: 'hide', suspicious: 'hide' },
  ]);
  const project = (text: string) => parsePolicy(`version: 1\n${text}`, 'p.yaml', 'project');
  const locked = shippedPolicy('locked');
  expect(
    createPolicy([locked, project('definitions: { changed: ignore, suspicious: flag }')]).definitions,
  ).toEqual({
    changed: 'hide',
    suspicious: 'hide',
  });
  expect(
    createPolicy([shippedPolicy('guard'), project('definitions: { changed: hide }')]).definitions,
  ).toEqual({
    changed: 'hide',
    suspicious: 'flag',
  });
  const user = parsePolicy(
    'version: 1\nextends: locked\ndefinitions: { suspicious: flag }',
    'u.yaml',
    'user',
  );
  expect(createPolicy([user]).definitions).toEqual({ changed: 'hide', suspicious: 'flag' });
});
