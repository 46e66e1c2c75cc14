import { HallpassError } from '../core/errors.ts';
import { differenceOf } from '../core/policy/definitions/difference.ts';
import type { DefinitionKind } from '../core/policy/definitions/definition.ts';
import { persuasionIn } from '../core/policy/definitions/persuasion.ts';
import {
  acceptPending,
  type PinBook,
  type PinStore,
  type Unaccepted,
} from '../core/policy/definitions/pins.ts';
import { diffLines, definitionName } from '../core/policy/definitions/tell.ts';
import { kindOf } from '../core/policy/definitions/notices.ts';

/** The pins of one connection. */
export interface PinnedStore extends PinStore {
  readonly about: { readonly connection: string; readonly upstream: string };
}

export interface AcceptDeps {
  /** Of this workspace. */
  readonly pins: () => readonly PinnedStore[];
  readonly show: (line: string) => void;
  /** Asks the person; undefined where there is nobody to ask. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface AcceptedDefinition {
  readonly connection: string;
  readonly what: DefinitionKind;
  readonly name: string;
  readonly change: Unaccepted['change'];
}

/**
 * Lets definitions that have changed take effect, as they are now. A person says yes after seeing them; nothing else does.
 *
 * @throws {HallpassError} ERR_NOT_ACCEPTED when nobody agreed, ERR_NO_SUCH_CONNECTION
 */
export async function acceptDefinitions(
  { connection }: { connection: string | undefined },
  deps: AcceptDeps,
): Promise<AcceptedDefinition[]> {
  const stores = deps
    .pins()
    .filter(({ about }) => connection === undefined || about.connection === connection);
  if (connection !== undefined && stores.length === 0)
    throw new HallpassError(
      'ERR_NO_SUCH_CONNECTION',
      `nothing of “${connection}” is pinned in this project`,
      {
        hint: 'It is pinned when a client lists its tools through hallpass connect.',
      },
    );
  const accepted: AcceptedDefinition[] = [];
  for (const store of stores) accepted.push(...(await acceptOf(store, deps)));
  return accepted;
}

async function acceptOf(store: PinnedStore, deps: AcceptDeps): Promise<AcceptedDefinition[]> {
  const { connection, upstream } = store.about;
  const book = store.read();
  const waiting = Object.entries(book.pending);
  if (waiting.length === 0) return [];
  deps.show(`${connection}  ${upstream}`);
  for (const [key, one] of waiting) for (const line of shown(key, one, book)) deps.show(line);
  const what = waiting.length === 1 ? 'this definition' : `these ${waiting.length} definitions`;
  const agreed = (await deps.confirm?.(`Accept ${what} of ${connection} as shown?`)) === true;
  if (!agreed)
    throw new HallpassError(
      'ERR_NOT_ACCEPTED',
      `${what} of ${connection} stays as it was: nobody accepted it`,
    );
  // Only what was shown: the server may have gone on meanwhile.
  const { pins } = store.update((now) => acceptPending(now, book.pending, deps.now()));
  const taken = waiting.filter(([key, { digest }]) => pins[key]?.digest === digest);
  return taken.map(([key, { name, change }]) => ({ connection, what: kindOf(key), name, change }));
}

function shown(key: string, { name, change, fields, since }: Unaccepted, { pins }: PinBook): string[] {
  const head = `${definitionName({ what: kindOf(key), name })}, ${change} ${new Date(since).toISOString()}`;
  if (fields === undefined)
    return [head, '  what it says now is too long to be kept; hallpass sessions show has it'];
  const suspicion = persuasionIn(Object.values(fields).map(unquoted).join(' '));
  const before = pins[key]?.fields;
  return [
    head,
    ...(suspicion === undefined ? [] : [`  BEWARE: ${suspicion}`]),
    ...diffLines(differenceOf(before, fields, Infinity), Infinity),
  ];
}

// Its parts are JSON texts.
function unquoted(json: string): string {
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value : '';
}
