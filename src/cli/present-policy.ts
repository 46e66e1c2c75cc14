import { ABOUT, isShipped } from '../app/policy/shipped.ts';
import type { Decision } from '../core/policy/decision.ts';
import { type PlannedRestore, plannedText, type RestoreTrace } from '../core/policy/planned-restores.ts';
import { type RestoreRule, secretText } from '../core/policy/restore-rule.ts';
import type { PolicyRule } from '../core/policy/rule.ts';
import type { RuleTrace, Trace } from '../core/policy/trace.ts';
import { visible } from '../core/visible.ts';
import { type Colours, coloursFor } from './colour.ts';
import type { LayerInForce, LayersInForce } from './compose-policy.ts';
import type { Terminal } from './terminal.ts';

/** The layers in force, each with where it comes from and its rules. */
export function presentLayers(layers: LayersInForce, terminal: Terminal): void {
  const [, second] = layers;
  terminal.result(
    second === undefined
      ? 'One policy is in force.'
      : 'Policies in force; of what they say the strictest counts.',
  );
  for (const inForce of layers) presentLayer(inForce, terminal);
}

/** One policy: what it is for, and its rules in order. */
export function presentLayer(
  { layer: { name, version, rules, restores = [] }, from }: LayerInForce,
  terminal: Terminal,
): void {
  const say = (line: string): void => terminal.result(visible(line, { oneLine: true }));
  say('');
  say(`${name}  ${version}`);
  say(`  ${from}`);
  if (isShipped(name)) for (const line of ABOUT[name]) say(`  ${line}`);
  for (const rule of rules) {
    say(`  ${rule.verdict.padEnd(5)}  ${rule.id}: ${rule.reason}`);
    const about = aboutOf(rule);
    if (about !== '') say(`         ${about}`);
  }
  say(`  ${rules.length === 0 ? 'It has no rules: ' : 'All else: '}allow`);
  for (const rule of restores) say(`  restore  ${rule.id}: ${restoreOf(rule)}`);
}

function restoreOf({ secret, text: { connection, tool, argument }, terms }: RestoreRule): string {
  const place = `${argument} of ${[tool].flat().join(' or ')} on ${[connection].flat().join(' or ')}`;
  return `${secretText(secret)} in ${place}${terms === undefined ? '' : ', once somebody has approved it'}`;
}

function aboutOf({ text }: PolicyRule): string {
  const on = Object.entries(text?.on ?? {}).map(
    ([name, wanted]) => `${name} ${[wanted].flat().join(' or ')}`,
  );
  const when = text?.when === undefined ? [] : [`when ${text.when.replaceAll(/\s+/g, ' ').trim()}`];
  return [...on, ...when].join(', ');
}

/** How the decision on one call came about. */
export function presentTrace({ decision, layers, restores }: Trace, terminal: Terminal): void {
  const colours = coloursFor({ isTty: terminal.stdoutIsTty });
  const say = (line: string): void => terminal.result(visible(line, { oneLine: true }));
  terminal.result(`${coloured(decision.outcome, colours)}  ${visible(decision.rule, { oneLine: true })}`);
  say(`  ${decision.reason}`);
  if (decision.terms !== undefined) say(`  ${termsLine(decision)}`);
  for (const { rule, planned } of restores)
    for (const one of planned) say(`  would put back ${plannedText(one)}, by ${rule.id}`);
  for (const { layer, decision: own, rules } of layers) {
    say('');
    say(`${layer.name}  ${layer.version}: ${own.outcome}`);
    for (const trace of rules) say(`  ${traceLine(trace)}`);
    if (rules.every(({ outcome }) => outcome !== 'decided')) say('  no rule is about it: allow');
    if (layer === layers[0]?.layer) for (const trace of restores) say(`  ${restoreTraceLine(trace)}`);
  }
}

function traceLine({ rule, outcome, why }: RuleTrace): string {
  if (outcome === 'decided') return `> ${rule.id}: ${why}`;
  return `  ${rule.id}: ${outcome === 'not reached' ? outcome : why}`;
}

function restoreTraceLine({ rule, why }: RestoreTrace): string {
  return why === undefined ? `> ${rule.id}: puts ${secretText(rule.secret)} back` : `  ${rule.id}: ${why}`;
}

function termsLine({ terms }: Decision): string {
  if (terms === undefined) return '';
  const { approvals, groups, self, expiresMs } = terms;
  const who = approvals === 1 ? 'one person approves' : `${approvals} people approve`;
  const of = groups.length === 0 ? '' : `, of ${groups.join(', ')}`;
  return `waits until ${who}${of}${self ? ', perhaps who asks' : ''}, at most ${expiresMs / 60_000} minutes`;
}

function coloured(outcome: Decision['outcome'], { good, warning, bad }: Colours): string {
  if (outcome === 'allow') return good(outcome);
  return outcome === 'hold' ? warning(outcome) : bad(outcome);
}

export function layerJson({ layer: { name, version, rules, restores = [] }, from }: LayerInForce): unknown {
  return {
    policy: name,
    version,
    from,
    rules: rules.map(({ id, verdict, reason, risk, text }) => ({ rule: id, verdict, reason, risk, ...text })),
    ...(restores.length > 0 && {
      restores: restores.map(({ id, secret, text, terms }) => ({
        rule: id,
        secret: secretText(secret),
        ...text,
        approval: terms !== undefined,
      })),
    }),
  };
}

export function traceJson({ decision, layers, restores }: Trace): Record<string, unknown> {
  return {
    ...decisionJson(decision),
    restores: restores.flatMap(({ planned }) => planned.map(plannedJson)),
    layers: layers.map(({ layer, decision: own, rules }) => ({
      policy: layer.name,
      version: layer.version,
      outcome: own.outcome,
      rules: rules.map(({ rule, outcome, why }) => ({ rule: rule.id, outcome, why })),
    })),
  };
}

function plannedJson({ rule, at, isInUrl }: PlannedRestore): unknown {
  const { id, secret, terms } = rule;
  return {
    secret: secretText(secret),
    at,
    rule: id,
    approval: terms !== undefined,
    only_in_own_url: isInUrl,
  };
}

/** What `--json` says of a decision. */
export function decisionJson({ outcome, rule, reason, risk, terms }: Decision): Record<string, unknown> {
  return {
    outcome,
    rule,
    reason,
    risk,
    ...(terms && {
      approval: {
        approvals: terms.approvals,
        groups: terms.groups,
        self: terms.self,
        expires_seconds: terms.expiresMs / 1000,
      },
    }),
  };
}
