import type { JsonValue } from '../jsonrpc/json-value.ts';
import type { Direction } from '../session/event.ts';
import type { Severity } from './severity.ts';

/** Who calls, as far as anybody has vouched for it. */
export interface Principal {
  readonly subject: string;
  /** Whose word that is: an OIDC issuer; undefined: nobody's. */
  readonly issuer: string | undefined;
  readonly groups: readonly string[];
  /** Claims of the token that proved it. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What the upstream is shown. */
export interface CredentialFacts {
  /** `none`, `hub-jwt`, `static`, `exec`, `oauth`, … */
  readonly kind: string;
  /** What it is known to permit; undefined: nobody has said. */
  readonly scopes: readonly string[] | undefined;
}

/** A finding as a policy sees it. */
export interface PolicyFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly at: string;
}

/** MCP's tool annotations. They come from the server: absent means unknown, and they may only tighten. */
export interface Annotations {
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** Everything a rule may look at: the masked view of one message, and where it goes. */
export interface PolicyCall {
  readonly connection: string;
  /** What the connection says it is for (`environment:` in its definition); empty: not said. */
  readonly environment: string;
  readonly direction: Direction;
  readonly method: string;
  /** Name of the tool or prompt, URI of the resource; empty: none. */
  readonly tool: string;
  readonly annotations: Annotations;
  /** `params.arguments`, masked, made when somebody asks: large ones cost. Attacker-controlled. */
  readonly args: () => JsonValue | undefined;
  readonly findings: readonly PolicyFinding[];
  readonly principal: Principal;
  readonly credential: CredentialFacts;
  /** Opaque binary passes through. */
  readonly unchecked: boolean;
}

/** One tool of a list, before anybody may call it. */
export interface ToolFacts {
  readonly name: string;
  readonly annotations: Annotations;
}
