import { compileGlob } from '../../core/glob.ts';
import type { JsonPath } from '../../core/jsonrpc/json-walk.ts';
import { LIMITS } from '../../core/limits.ts';
import type { CentralField, Masking, MaskingSample } from '../../core/mask/central/central.ts';
import type { CentralPattern } from '../../core/mask/central/pattern.ts';
import { VENDOR_RULES } from '../../core/mask/rules/vendors.ts';
import { anyOf, compilePattern } from './masking-pattern.ts';
import type { MaskingSection } from './masking-schema.ts';

type PatternEntry = MaskingSection['rules'][number];
type FieldEntry = MaskingSection['fields'][number];

/** Compiles the `masking:` of a policy. */
export function maskingOf({ rules, fields, vendors, entities }: MaskingSection): Masking {
  const all = [...rules, ...fields];
  const off = new Set(vendors?.off);
  return {
    patterns: [...patternsOf(rules), ...fields.flatMap(inText)],
    fields: fields.map(fieldOf),
    severities: new Map(all.map(({ id, severity }) => [ruleName(id), severity])),
    vendors: off.size === 0 ? undefined : VENDOR_RULES.filter(({ id }) => !off.has(id)),
    pii: entities,
    samples: all.flatMap(samplesOf),
  };
}

function ruleName(id: string): string {
  return `central_${id}`;
}

// Those without literals are looked for together first: mostly there are none.
function patternsOf(rules: readonly PatternEntry[]): CentralPattern[] {
  const swept = rules.filter(({ compiled }) => compiled.literals.length === 0);
  const anyMatches = anyOf(swept.map(({ regex }) => regex));
  return rules.map(({ id, why = `the policy has it masked (${id})`, compiled }) => {
    const pattern = { ...compiled, rule: ruleName(id), why };
    return anyMatches !== undefined && compiled.literals.length === 0 ? { ...pattern, anyMatches } : pattern;
  });
}

function fieldOf({ id, why, names, paths }: FieldEntry): CentralField {
  const named = names.map((name) => compileGlob(name.toLowerCase()));
  const placed = paths.map((path) => compileGlob(path.slice(1)));
  return {
    rule: ruleName(id),
    why: why ?? `the policy has this field masked (${id})`,
    named: (name) => named.some((matches) => matches(name.toLowerCase())),
    placed: placed.length === 0 ? undefined : (path) => placed.some((matches) => matches(pointerOf(path))),
  };
}

/** A path without the first slash, and with slashes in keys as RFC 6901 writes them. */
export function pointerOf(path: JsonPath): string {
  return path.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
}

/** What may stand in the place of a value within a text. */
const VALUE = [
  String.raw`"([^"\\\r\n]{1,256})`,
  String.raw`'([^'\\\r\n]{1,256})`,
  String.raw`([^\s"'\\,;&{}\[\]()<>]{1,256})`,
].join('|');

// JSON, YAML, .env files and the like inside of a text: a name, a sign, and a value.
function inText(entry: FieldEntry): CentralPattern[] {
  const { id, why, names } = entry;
  if (names.length === 0) return [];
  const words = names.map(nameInText).join('|');
  const regex = String.raw`(?i)\b(?:${words})\\{0,3}["']?[ \t]{0,4}(?::|=>?)[ \t]{0,4}\\{0,3}(?:${VALUE})`;
  const compiled = compilePattern({ regex, maxLength: LIMITS.maskingMatchBytes });
  return [{ ...compiled, rule: ruleName(id), why: why ?? `the policy has this field masked (${id})` }];
}

function nameInText(name: string): string {
  return name.replaceAll(/[^\w]/g, (sign) => IN_NAME[sign] ?? `\\${sign}`);
}

const IN_NAME: Readonly<Record<string, string>> = { '*': '[\\w-]{0,40}', '?': '[\\w-]', ' ': '[ _-]' };

function samplesOf({ id, samples }: PatternEntry | FieldEntry): MaskingSample[] {
  return (['masked', 'clear'] as const).flatMap((kind) =>
    (samples?.[kind] ?? []).map((text, at) => ({ rule: ruleName(id), at, kind, text })),
  );
}
