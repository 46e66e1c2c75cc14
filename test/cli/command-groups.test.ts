import { expect, test } from 'vitest';

import { groupCommands, topicOf } from '../../src/cli/command-groups.ts';

const ids = (groups: ReturnType<typeof groupCommands>) =>
  groups.map(({ title, commands }) => [title, commands.map((command) => command.id)]);

test('commands stand in the order a person meets them, sub-commands under their topic', () => {
  const commands = ['verify', 'sessions:list', 'connect', 'trust', 'scan', 'sessions:show'].map((id) => ({
    id,
  }));
  expect(ids(groupCommands(commands))).toEqual([
    ['Everyday', ['scan', 'connect']],
    ['Team', ['sessions:list', 'sessions:show', 'verify']],
    ['Advanced', ['trust']],
  ]);
});

test('a group without commands is left out', () => {
  expect(ids(groupCommands([{ id: 'scan' }]))).toEqual([['Everyday', ['scan']]]);
});

test('a command without a place is refused, so that none is forgotten in the help', () => {
  expect(() => groupCommands([{ id: 'scan' }, { id: 'brew' }])).toThrow('no group for brew');
});

test.each(['sessions', 'sessions:list', 'sessions list'])('the topic of %s is sessions', (id) => {
  expect(topicOf(id)).toBe('sessions');
});
