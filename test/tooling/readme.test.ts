import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const readme = read('README.md');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const { commands } = JSON.parse(read('oclif.manifest.json')) as {
  commands: Record<string, { flags: object }>;
};

const blocks = (language: string) =>
  [...readme.matchAll(/```(\w+)\n([^]*?)```/g)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');

// What stands after `--` is another program's.
const snippets = [
  ...blocks('sh')
    .join('\n')
    .matchAll(/^hallpass .*$/gm),
].map(([line]) => line.replace(/\s+(#|-- ).*$/, '').trim());

test('the quick start shows scan, connect, sessions and verify', () => {
  expect(snippets.slice(0, 4).map((line) => line.split(' ')[1])).toEqual([
    'scan',
    'connect',
    'sessions',
    'verify',
  ]);
});

test.each(snippets)('`%s` names a command that exists, with flags that it has', (line) => {
  const [first = '', second = ''] = line.split(' ').slice(1);
  const command = commands[`${first}:${second}`] ?? commands[first];
  expect(Object.keys(commands)).toContain(commands[`${first}:${second}`] ? `${first}:${second}` : first);
  const flags = [...line.matchAll(/--([a-z-]+)/g)].map((match) => match[1] ?? '');
  expect(Object.keys(command?.flags ?? {})).toEqual(expect.arrayContaining(flags));
});

test('the client configuration is JSON', () => {
  expect(blocks('json').map((text) => Object.keys(JSON.parse(text) as object))).toEqual([['mcpServers']]);
});

test.each(['npm ci && npm run demo', 'npm ci && npm test'])('`%s` is named, and has its script', (line) => {
  expect(readme).toContain(line);
  expect(Object.keys(scripts)).toContain(line.split(' ').at(-1));
});

test('every exit code stands in the table', async () => {
  const { EXIT } = await import('../../src/core/errors.ts');
  const listed = [...readme.matchAll(/^\| (\d+) \| \S/gm)].map((match) => Number(match[1]));
  expect(listed).toEqual(Object.values(EXIT));
});
