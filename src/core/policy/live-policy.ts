import type { CentralRules } from '../mask/central/central.ts';
import type { PolicyCall, ToolFacts } from './call.ts';
import type { Decision } from './decision.ts';
import type { DefinitionRules } from './definitions/definition.ts';
import type { Policy, ToolPlace } from './evaluate.ts';
import type { RestoreRule } from './restore-rule.ts';
import type { ExceptionsWord } from './rule.ts';

/** All that is in force at a time. */
export interface PolicyInForce {
  readonly policy: Policy;
  /** What is masked beside what always is; undefined: nothing. */
  readonly masking: CentralRules | undefined;
  /** The hub's part of it; undefined: there is no hub, or it has no policy. */
  readonly central: CentralPart | undefined;
  /** Whether what a person excepts may pass. Missing: it may not. */
  readonly exceptions?: ExceptionsWord;
}

/** What is known of a hub's policy beside what it says. */
export interface CentralPart {
  readonly hub: string;
  /** SHA-256 of the document as the hub signed it, hex. */
  readonly digest: string;
  /** After this, milliseconds since 1970, nobody can say what the hub has in force. */
  readonly expiresAt: number;
}

const EXPIRED: Decision = {
  outcome: 'deny',
  rule: 'central/expired',
  reason: "the hub's policy has run out, and the hub can not be reached for a new one",
  risk: 'high',
};

/** A policy that another can take the place of, between two messages. One that has run out denies everything. */
export class LivePolicy implements Policy {
  readonly #wall: () => number;
  readonly #listeners = new Set<(before: Policy) => void>();
  #now: PolicyInForce;

  constructor(first: PolicyInForce, wall: () => number) {
    this.#now = first;
    this.#wall = wall;
  }

  /** From the next message on. */
  use(next: PolicyInForce): void {
    const { policy: before } = this.#now;
    this.#now = next;
    if (before.version !== next.policy.version) for (const changed of this.#listeners) changed(before);
  }

  onChange(changed: (before: Policy) => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  get version(): string {
    return this.#now.policy.version;
  }

  get always(): Decision | undefined {
    return this.#hasExpired() ? EXPIRED : this.#now.policy.always;
  }

  get definitions(): DefinitionRules {
    return this.#now.policy.definitions;
  }

  get restores(): readonly RestoreRule[] {
    return this.#hasExpired() ? [] : this.#now.policy.restores;
  }

  decide(call: PolicyCall): Decision {
    return this.#hasExpired() ? EXPIRED : this.#now.policy.decide(call);
  }

  hides(tool: ToolFacts, about: ToolPlace): Decision | undefined {
    return this.#now.policy.hides(tool, about);
  }

  #hasExpired(): boolean {
    const { central } = this.#now;
    return central !== undefined && this.#wall() >= central.expiresAt;
  }
}
