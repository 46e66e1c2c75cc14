import { pointerTo } from '../jsonrpc/json-pointer.ts';
import { LIMITS } from '../limits.ts';
import { isInForeignUrl } from '../mask/foreign-url.ts';
import { ruleIn } from '../mask/placeholder-text.ts';
import type { PolicyCall } from './call.ts';
import { type Decision, strictest } from './decision.ts';
import { type RestoreRule, secretText } from './restore-rule.ts';

/** A secret that a policy puts back into a call, as far as that can be told without the secret. */
export interface PlannedRestore {
  readonly rule: RestoreRule;
  /** JSON pointer below `arguments`, as rules have it. */
  readonly at: string;
  /** It stands in a URL: only where that is one of the secret's own. */
  readonly isInUrl: boolean;
}

/** What becomes of one rule, for one call. */
export interface RestoreTrace {
  readonly rule: RestoreRule;
  readonly planned: readonly PlannedRestore[];
  /** Why it puts nothing back; undefined: it does. */
  readonly why: string | undefined;
}

/**
 * What rules put back into a call that somebody has written down, or that was recorded. What each placeholder stands for nobody
 * knows here: it is taken for the secret of the first rule that names its argument, and where a rule is about what masking
 * found, its name has to be in it.
 */
export function traceRestores(rules: readonly RestoreRule[], call: PolicyCall): readonly RestoreTrace[] {
  const about = rules.filter((rule) => notAbout(rule, call) === undefined);
  const planned =
    about.length === 0 ? [] : [...stringsIn(call.args())].flatMap((found) => inString(found, about));
  return rules.map((rule) => {
    const own = planned.filter((one) => one.rule === rule);
    return { rule, planned: own, why: own.length > 0 ? undefined : (notAbout(rule, call) ?? NO_PLACEHOLDER) };
  });
}

const NO_PLACEHOLDER = 'no placeholder of it stands in that argument';

/** What putting secrets back adds to a decision: people may have to be asked, whatever else there is about the call. */
export function withRestores(
  said: Decision | undefined,
  restores: readonly { readonly rule: RestoreRule }[],
): Decision | undefined {
  if (restores.length > LIMITS.restoresPerCall) return TOO_MANY;
  const held = restores.flatMap(({ rule: { id, reason, terms } }): Decision[] =>
    terms === undefined ? [] : [{ outcome: 'hold', rule: id, reason, terms, risk: 'high' }],
  );
  const [first, ...others] = [...(said === undefined ? [] : [said]), ...held];
  return first === undefined ? undefined : strictest([first, ...others]);
}

const TOO_MANY: Decision = {
  outcome: 'deny',
  rule: 'contract/restores',
  reason: `more than ${LIMITS.restoresPerCall} secrets would be put back in it`,
  risk: 'high',
};

function notAbout({ connection, tool }: RestoreRule, call: PolicyCall): string | undefined {
  if (call.method !== 'tools/call' || call.direction !== 'to_server') return 'this is no call of a tool';
  if (!connection(call.connection)) return 'it is about another connection';
  return tool(call.tool) ? undefined : 'it is about another tool';
}

interface Found {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

function* stringsIn(args: unknown): Generator<Found> {
  const waiting: { path: Found['path']; value: unknown }[] = [{ path: [], value: args }];
  // What is added meanwhile is walked through as well.
  for (const { path, value } of waiting) {
    if (typeof value === 'string' && value.length <= LIMITS.restoreArgumentBytes) yield { path, text: value };
    for (const [step, part] of partsOf(value)) waiting.push({ path: [...path, step], value: part });
  }
}

function partsOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return [...value.entries()];
  return value instanceof Map ? Array.from(value, ([key, part]) => [String(key), part] as const) : [];
}

function inString({ path, text }: Found, rules: readonly RestoreRule[]): PlannedRestore[] {
  const named = rules.filter(({ argument }) => argument(path));
  if (named.length === 0) return [];
  return Array.from(text.matchAll(PLACEHOLDERS)).flatMap((match) => {
    const [placeholder] = match;
    const rule = named.find(({ secret }) => secret.kind !== 'rule' || ruleIn(placeholder) === secret.name);
    if (rule === undefined) return [];
    const span = { start: match.index, end: match.index + placeholder.length };
    const isInUrl = isInForeignUrl(text, span, []);
    // Only a secret that was stored by name has a URL of its own.
    return isInUrl && rule.secret.kind !== 'secret' ? [] : [{ rule, at: pointerTo(path), isInUrl }];
  });
}

const PLACEHOLDERS = /hpm_[a-z0-9_]+/g;

/** `secret:NAME at /pointer`. */
export function plannedText({ rule, at, isInUrl }: PlannedRestore): string {
  return `${secretText(rule.secret)} at ${at}${isInUrl ? ', if the URL there is one of its own' : ''}`;
}
