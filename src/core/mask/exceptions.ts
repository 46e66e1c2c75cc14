import type { Finding } from './finding.ts';
import { CHECK_CHARS } from './placeholder-text.ts';

/** A value that somebody lets pass, by its placeholder. */
export interface ValueException {
  readonly placeholder: string;
  /** Only where this rule finds it; undefined: whichever does. */
  readonly rule: string | undefined;
}

/** Something that a rule found and that passed, for somebody has said that it may. Never the value. */
export interface Passed extends Finding {
  readonly placeholder: string;
}

/** Whether what a rule found may pass, whose placeholder this is. */
export type PassingTest = (found: Pick<Finding, 'rule' | 'kind'>, placeholder: string) => boolean;

/** `central_<id>`: what a policy's own rules are named. What they find is for that policy to let pass. */
const OF_POLICY = 'central_';

/**
 * Values that pass although a rule finds them. They are told by the tags of their placeholders, so that nothing here says
 * what they are.
 */
export class Exceptions {
  /** For each tag the rules it is about; undefined: all. */
  readonly #rules = new Map<string, Set<string> | undefined>();

  /** The placeholders have to be of this workspace: whoever hands them in has checked that. */
  constructor(values: readonly ValueException[]) {
    for (const { placeholder, rule } of values) {
      const tag = tagOf(placeholder);
      const rules = this.#rules.get(tag);
      if (rule === undefined || (rules === undefined && this.#rules.has(tag)))
        this.#rules.set(tag, undefined);
      else this.#rules.set(tag, (rules ?? new Set()).add(rule));
    }
  }

  /** Whether what this rule found may pass, whose placeholder this is. */
  has({ rule, kind }: Pick<Finding, 'rule' | 'kind'>, placeholder: string): boolean {
    const tag = tagOf(placeholder);
    if (!this.#rules.has(tag) || !mayPass({ rule, kind })) return false;
    return this.#rules.get(tag)?.has(rule) ?? true;
  }
}

/** Whether anybody could let it pass: known values never do, nor what a policy has masked by rules of its own. */
export function mayPass({ rule, kind }: { readonly rule: string; readonly kind?: string }): boolean {
  return kind !== 'known' && rule !== 'known' && !rule.startsWith(OF_POLICY);
}

/** What all placeholders of a value share, whatever rule gave them their name. */
export function tagOf(placeholder: string): string {
  return placeholder.slice(placeholder.lastIndexOf('_') + 1, -CHECK_CHARS);
}
