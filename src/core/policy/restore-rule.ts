import type { JsonPath } from '../jsonrpc/json-walk.ts';
import type { ApprovalTerms } from './decision.ts';

/** Which secrets a rule is about. */
export type RestoredSecret =
  /** What `secret add` stored under this name. */
  | { readonly kind: 'secret'; readonly name: string }
  /** What hallpass itself shows the server of this connection. */
  | { readonly kind: 'credential'; readonly name: string }
  /** What this rule of masking finds. */
  | { readonly kind: 'rule'; readonly name: string };

/**
 * Lets a tool have a secret again that it, or another, had been masked from: one argument of one tool of one connection. A
 * person's policy or a hub's may have such rules, a project's never.
 */
export interface RestoreRule {
  /** `policy/rule`, as verdicts name it. */
  readonly id: string;
  readonly secret: RestoredSecret;
  readonly connection: (name: string) => boolean;
  readonly tool: (name: string) => boolean;
  /** Whether an argument is named, by its path below `arguments`. */
  readonly argument: (path: JsonPath) => boolean;
  readonly reason: string;
  /** Undefined: nobody is asked. */
  readonly terms: ApprovalTerms | undefined;
  /** Where, in the words of its file, for people. */
  readonly text: {
    readonly connection: string | readonly string[];
    readonly tool: string | readonly string[];
    readonly argument: string;
  };
}

/** `secret:NAME`, as policies write it. */
export function secretText({ kind, name }: RestoredSecret): string {
  return `${kind}:${name}`;
}
