/** The tables of a set of literals, to be used without building them. */
export interface BuiltTable {
  /** How many literals they are of. */
  readonly count: number;
  readonly base64: string;
}

/** Those of the rules that ship: `bin/join-modules.ts` puts them into what is published. Sources build them when they are loaded. */
export const BUILT: { readonly table?: BuiltTable } = {};
