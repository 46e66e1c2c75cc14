import { ABOUT, SHIPPED, SHIPPED_NAMES } from '../src/app/policy/shipped.ts';
import { VARIABLES } from '../src/app/policy/variables.ts';

/** docs/policy.md with its generated parts: the shipped policies, and the variables of conditions. */
export function policyPage(page: string): string {
  return replaced(replaced(page, 'shipped', shipped()), 'variables', variables());
}

function replaced(page: string, name: string, text: string): string {
  const block = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*(<!-- /${name} -->)`);
  if (!block.test(page)) throw new Error(`docs/policy.md has lost its <!-- ${name} --> block`);
  return page.replace(block, (_, start: string, end: string) => `${start}\n${text}\n${end}`);
}

function shipped(): string {
  return SHIPPED_NAMES.map((name) => {
    const lines = ABOUT[name].map((line) => `- ${line}`);
    return [`### ${name}`, '', ...lines, '', '```yaml', SHIPPED[name].trim(), '```', ''].join('\n');
  }).join('\n');
}

function variables(): string {
  const rows = VARIABLES.map(({ name, type, about }) => `| \`${name}\` | \`${type}\` | ${about} |`);
  return ['| variable | type | what it is |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
