import { parseMessage } from '../../core/jsonrpc/envelope.ts';
import type { JsonPath } from '../../core/jsonrpc/json-walk.ts';
import { RPC } from '../../core/jsonrpc/replies.ts';
import { ownerOf } from '../../core/lane.ts';
import {
  PASS,
  type Message,
  type Passage,
  type Settled,
  type StageDeps,
  type View,
} from '../../core/message.ts';
import { LISTS, type DefinitionKind } from '../../core/policy/definitions/definition.ts';
import { nameFieldOf } from '../../core/policy/definitions/examine.ts';
import type { SeenPage } from '../../core/policy/definitions/pins.ts';
import { definitionBody, noticeLines } from '../../core/policy/definitions/tell.ts';
import type { Notice } from '../../core/policy/definitions/notices.ts';
import type { DefinitionWatch, Judgement } from '../../core/policy/definitions/watch.ts';
import { notToBeKept, withoutListed, withoutMember } from '../../core/policy/definitions/without-listed.ts';
import type { Slices } from '../../core/slices.ts';

/** For `inspect`, which alone reads what a server wrote: what a message says of definitions. */
export function* seeDefinitions(
  { message: { direction, raw, lane }, routing, view }: Passage,
  { definitions, masker }: StageDeps,
  slice: number,
): Slices<(SeenPage | undefined)[] | undefined> {
  if (definitions === undefined || routing === undefined || view === undefined) return undefined;
  const pages: (SeenPage | undefined)[] = [];
  for (const [index, { id, method }] of routing.messages.entries()) {
    const place: JsonPath = routing.batch ? [index] : [];
    const request = `${ownerOf(lane)} ${lane.scope} ${id}`;
    const asked = direction === 'to_server' ? method : view.answers[index]?.method;
    if (asked === undefined || id === undefined) continue;
    if (direction === 'to_server') definitions.asked(raw, { request, method: asked, place });
    else
      pages[index] = yield* definitions.seen(
        raw,
        { request, method: asked, place, masker: masker.strict },
        slice,
      );
  }
  return pages.length === 0 ? undefined : pages;
}

/**
 * Holds what a server says of itself against what is pinned: tells of what changed, takes out what nobody may see, and
 * refuses what is asked for by a name that is hidden.
 */
export function judgeDefinitions(passage: Passage, deps: StageDeps): Settled {
  const { definitions } = deps;
  const { message, view, pages } = passage;
  if (definitions === undefined || view === undefined) return PASS;
  if (message.direction === 'to_server') return judgeCalls(view, definitions, deps);
  for (const [index, page] of pages?.entries() ?? []) {
    if (page === undefined) continue;
    const judgement = definitions.judge(page);
    tell(judgement.notices, deps);
    if (judgement.hidden.size === 0) continue;
    if (page.what === 'instructions' && view.parsed.batch) return inBatch(message);
    const place: JsonPath = view.parsed.batch ? [index] : [];
    passage.view = without(passage.view ?? view, { page, place, judgement, definitions });
  }
  return PASS;
}

/** Which of what is asked for by name has a definition. */
const NAMED: ReadonlyMap<string, DefinitionKind> = new Map([
  ['tools/call', 'tool'],
  ['prompts/get', 'prompt'],
  ['resources/read', 'resource'],
]);

function judgeCalls(view: View, definitions: DefinitionWatch, deps: StageDeps): Settled {
  for (const { method = '', target } of view.parsed.messages) {
    const what = NAMED.get(method);
    if (what === undefined || target === undefined) continue;
    const { refusal, notices } = definitions.asks(what, target);
    tell(notices, deps);
    if (refusal !== undefined) return refused(what, refusal);
  }
  return PASS;
}

function tell(notices: readonly Notice[], { record, note, place }: StageDeps): void {
  for (const notice of notices) {
    record(definitionBody(notice));
    for (const line of noticeLines(notice, place.connection)) note(line);
  }
}

function refused(what: DefinitionKind, why: string): Settled {
  return {
    kind: 'reject',
    rule: 'definitions/hidden',
    reason: `this ${what} is hidden: ${why}`,
    code: RPC.denied,
  };
}

// No revision lets a greeting come in a batch.
function inBatch({ direction }: Message): Settled {
  const reason = `${direction}: instructions that are hidden came in a batch`;
  return { kind: 'reject', rule: 'definitions/hidden', reason, code: RPC.denied };
}

interface Hiding {
  readonly page: SeenPage;
  readonly place: JsonPath;
  readonly judgement: Judgement;
  readonly definitions: DefinitionWatch;
}

function without(view: View, { page, place, judgement, definitions }: Hiding): View {
  const { hidden, hiddenIds } = judgement;
  const { what } = page;
  const list = [...LISTS.values()].find((one) => one.what === what);
  // A tool that masking has taken out moved those behind it: tools go by their names, which stay.
  const isHidden = ({ index, name }: { index: number; name: string }): boolean =>
    what === 'tool' ? hiddenIds.has(definitions.idOf(what, name)) : hidden.has(index);
  const cut =
    list === undefined
      ? withoutMember(view.bytes, 'instructions')
      : withoutListed(view.bytes, { place, key: list.key, nameField: nameFieldOf(what) }, isHidden);
  const bytes = view.parsed.batch ? cut : notToBeKept(cut);
  return { ...view, bytes, parsed: parseMessage(bytes) };
}
