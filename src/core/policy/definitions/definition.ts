/** What a server tells a client of itself, and a model reads. */
export type DefinitionKind = 'tool' | 'prompt' | 'template' | 'resource' | 'instructions';

/**
 * A definition in parts: the JSON text of each value by its JSON pointer, masked. An object or array is `{}` or `[]`: what
 * is in it has parts of its own.
 */
export type Fields = Readonly<Record<string, string>>;

/** One definition as a server gave it, judged before it was masked. Holds nothing unmasked. */
export interface SeenDefinition {
  readonly what: DefinitionKind;
  /** Stands for the name: keyed, since names are the server's. */
  readonly id: string;
  /** The name, masked. */
  readonly name: string;
  /** Where it stands in its list. */
  readonly index: number;
  /** Keyed digest of all its fields, unmasked. */
  readonly digest: string;
  /** The name as it looks: of names that differ only in case or in kinds of letters it is the same. Keyed like the id. */
  readonly skeleton: string;
  /** Masked; undefined where the pinned one is the same. */
  readonly fields: Fields | undefined;
  /** Why nobody may see it, whatever the policy: something in it is hidden from people. */
  readonly hidden: string | undefined;
  /** What in it talks to a model as no definition should. */
  readonly suspicion: string | undefined;
}

/** Where lists stand in answers, and whether what they hold is pinned: resources come and go with the data. */
export const LISTS: ReadonlyMap<string, { readonly what: DefinitionKind; readonly key: string }> = new Map([
  ['tools/list', { what: 'tool', key: 'tools' }],
  ['prompts/list', { what: 'prompt', key: 'prompts' }],
  ['resources/templates/list', { what: 'template', key: 'resourceTemplates' }],
  ['resources/list', { what: 'resource', key: 'resources' }],
]);

/** The methods whose results hold instructions of the server: of revisions up to 2025-11-25, and of 2026-07-28. */
export const GREETINGS: ReadonlySet<string> = new Set(['initialize', 'server/discover']);

/** What is done about a definition, from the mildest to the strictest. */
export type DefinitionAction = 'ignore' | 'flag' | 'hide';

/** What a policy says of definitions. What hides something from people is hidden by every policy. */
export interface DefinitionRules {
  /** One that was changed or added since the list was pinned, until a person accepts it. */
  readonly changed: DefinitionAction;
  /** One that talks to a model as no definition should. */
  readonly suspicious: DefinitionAction;
}

/** Those of `guard`. */
export const FLAG_DEFINITIONS: DefinitionRules = { changed: 'flag', suspicious: 'flag' };

const ORDER: readonly DefinitionAction[] = ['ignore', 'flag', 'hide'];

/** What several policies say together: of each the strictest. */
export function strictestRules(rules: readonly DefinitionRules[]): DefinitionRules {
  const most = (of: (one: DefinitionRules) => DefinitionAction): DefinitionAction =>
    ORDER[Math.max(...rules.map((one) => ORDER.indexOf(of(one))))] ?? 'hide';
  return { changed: most(({ changed }) => changed), suspicious: most(({ suspicious }) => suspicious) };
}
