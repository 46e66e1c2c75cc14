import type { StageDeps } from '../core/message.ts';
import type { DefinitionKind } from '../core/policy/definitions/definition.ts';
import type { Policy } from '../core/policy/evaluate.ts';
import type { ListName } from '../core/policy/list-listeners.ts';

type Deps = Pick<StageDeps, 'policy' | 'definitions' | 'tools' | 'place' | 'listeners'>;

/**
 * Has clients ask for their lists again when hallpass would give them others: another policy hides or shows tools, or somebody
 * has accepted what was hidden. Returns how to end that.
 */
export function tellOfLists(deps: Deps): () => void {
  const { policy, definitions, listeners } = deps;
  const ends = [
    policy.onChange?.((before) => listeners.tell(changedBy(before, deps))),
    definitions?.onAccepted((kinds) => listeners.tell(new Set([...kinds].flatMap(listOf)))),
  ];
  return () => {
    for (const end of ends) end?.();
  };
}

const EVERY: ReadonlySet<ListName> = new Set(['tools', 'prompts', 'resources']);

function changedBy(before: Policy, { policy, tools, place }: Deps): ReadonlySet<ListName> {
  const { changed, suspicious } = policy.definitions;
  // What that hides is told when the client lists anew, and it can not be told before what it will be.
  if (before.definitions.changed !== changed || before.definitions.suspicious !== suspicious) return EVERY;
  const isOutdated = tools.isOutdated((tool) => policy.hides(tool, place) !== undefined);
  return new Set(isOutdated ? ['tools'] : []);
}

const LIST_OF: Readonly<Record<DefinitionKind, readonly ListName[]>> = {
  tool: ['tools'],
  prompt: ['prompts'],
  template: ['resources'],
  resource: ['resources'],
  // They are in the greeting, which comes once.
  instructions: [],
};

function listOf(kind: DefinitionKind): readonly ListName[] {
  return LIST_OF[kind];
}
