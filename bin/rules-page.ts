import { BUILT_IN_RULES, type BuiltInRule } from '../src/core/mask/rules/built-in.ts';
import type { Rule } from '../src/core/mask/rules/rule.ts';
import { VENDOR_RULES } from '../src/core/mask/rules/vendors.ts';

const KINDS: readonly [BuiltInRule['kind'], string][] = [
  ['known', 'Known values'],
  ['structure', 'By structure'],
  ['context', 'By the name a value is given'],
  ['field', 'By the field a value stands in'],
];

/** docs/rules.md: every rule that ships, from the rules themselves. */
export function rulesPage(): string {
  return [
    '# Rules',
    '',
    `${VENDOR_RULES.length} formats of vendors and ${BUILT_IN_RULES.length} rules without one. Generated from`,
    '[src/core/mask/rules](../src/core/mask/rules) by `npm run generate`; [detection.md](detection.md) says how they work together',
    'and how to add one.',
    '',
    ...KINDS.flatMap(([kind, title]) => builtInTable(kind, title)),
    ...vendorTable(),
  ].join('\n');
}

function builtInTable(kind: BuiltInRule['kind'], title: string): string[] {
  const rows = BUILT_IN_RULES.filter((rule) => rule.kind === kind).map(
    ({ id, what, source }) => `| \`${id}\` | ${cell(what)} | ${source === undefined ? '' : `<${source}>`} |`,
  );
  return [`## ${title}`, '', '| rule | what | source |', '| --- | --- | --- |', ...rows, ''];
}

function vendorTable(): string[] {
  return [
    '## Formats of vendors',
    '',
    'In a shape, `<class:length>` is a run of characters of one class, the rest is literal. “Checksum” says what becomes of a token',
    'that fails its own: `tells` – it is hidden, and not reported under the profile `alert`; `required` – it is no token. A shape',
    'without a literal of its own is found as the value of a name with a word of “near” in it, one with a literal shortly behind one.',
    '',
    '| rule | what | shapes | checksum | near | source |',
    '| --- | --- | --- | --- | --- | --- |',
    ...VENDOR_RULES.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(vendorRow),
    '',
  ];
}

function vendorRow({ id, name, shapes, checksum, near = [], source }: Rule): string {
  const says = checksum === undefined ? '' : checksum.required === true ? 'required' : 'tells';
  const shown = shapes.map((shape) => `\`${cell(shape)}\``).join('<br>');
  return `| \`${id}\` | ${cell(name)} | ${shown} | ${says} | ${near.join(', ')} | <${source}> |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
