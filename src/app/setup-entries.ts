import { getNodeValue, type Node } from 'jsonc-parser';

import { type Member, memberOf, membersOf, nodeAt } from './jsonc-file.ts';

/** The clients that there is a setup for. */
export const CLIENTS = ['claude-code', 'cursor'] as const;
export type ClientName = (typeof CLIENTS)[number];

/** One server in a client's configuration. Whoever wrote the file wrote all of it. */
export interface Entry {
  readonly path: readonly string[];
  readonly name: string;
  /** The project it is for, in a file of all projects. */
  readonly project: string | undefined;
  readonly value: unknown;
  /** Where it stands in the text. */
  readonly offset: number;
  readonly length: number;
  /** A key is there twice, so that nobody can say what it means. */
  readonly isAmbiguous: boolean;
}

/**
 * The servers of a configuration: `mcpServers`, and for Claude Code those of `projects.PATH.mcpServers` too.
 *
 * Sources: https://code.claude.com/docs/en/mcp, https://cursor.com/docs/mcp
 */
export function entriesOf(root: Node | undefined, client: ClientName): Entry[] {
  const own = entriesAt(root, [], undefined);
  if (client !== 'claude-code') return own;
  const projects = membersOf(memberOf(root, 'projects')?.value);
  return [...own, ...projects.flatMap(({ key }) => entriesAt(root, ['projects', key], key))];
}

function entriesAt(root: Node | undefined, at: readonly string[], project: string | undefined): Entry[] {
  const members = membersOf(nodeAt(root, [...at, 'mcpServers']));
  const names = new Set(members.map(({ key }) => key));
  return [...names].flatMap((name) => {
    const same = members.filter(({ key }) => key === name);
    const last = same.at(-1);
    if (last === undefined) return [];
    const { offset, length } = last.value;
    const isAmbiguous = same.length > 1 || repeats(last);
    const path = [...at, 'mcpServers', name];
    return [{ path, name, project, value: valueOf(last.value), offset, length, isAmbiguous }];
  });
}

function repeats({ value }: Member): boolean {
  const members = membersOf(value);
  if (new Set(members.map(({ key }) => key)).size < members.length) return true;
  return members.some((member) => repeats(member));
}

/** What a node stands for. */
export function valueOf(node: Node | undefined): unknown {
  return node === undefined ? undefined : getNodeValue(node);
}
