import type { ASTNode } from '@marcbachmann/cel-js';

/**
 * What stands in for CEL's `matches`: on a linear engine, where the library's own is a backtracking regular expression. As
 * long as the word that it replaces, so that every position in an error stays right.
 */
export const LINEAR_MATCHES = 're2find';

const MATCHES = 'matches';

// What is run once for each element of a list.
const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** How much an expression may do, by its form alone. */
export interface Shape {
  readonly nodes: number;
  /** Loops within loops. */
  readonly depth: number;
  /** Names of variables that it reads. */
  readonly variables: ReadonlySet<string>;
}

/** The source with each call of `matches` renamed. The parsed tree says where they are. */
export function withLinearMatches(source: string, ast: ASTNode): string {
  let text = source;
  for (const { name, receiver } of methodCalls(ast)) {
    if (name !== MATCHES) continue;
    const at = text.indexOf(MATCHES, receiver.end);
    if (at !== -1) text = text.slice(0, at) + LINEAR_MATCHES + text.slice(at + MATCHES.length);
  }
  return text;
}

export function shapeOf(ast: ASTNode): Shape {
  const variables = new Set<string>();
  let nodes = 0;
  for (const node of nodesIn(ast)) {
    nodes += 1;
    if (node.op === 'id') variables.add(node.args);
  }
  return { nodes, depth: depthOf(ast), variables };
}

export interface MethodCall {
  readonly name: string;
  readonly receiver: ASTNode;
  readonly args: readonly ASTNode[];
}

export function methodCalls(ast: ASTNode): MethodCall[] {
  return [...nodesIn(ast)].flatMap((node) => {
    if (node.op !== 'rcall') return [];
    const [name, receiver, args] = node.args;
    return [{ name, receiver, args }];
  });
}

function depthOf(node: ASTNode): number {
  const within = Math.max(0, ...childrenOf(node).map(depthOf));
  if (node.op !== 'rcall' || !MACROS.has(node.args[0])) return within;
  const [, receiver, bodies] = node.args;
  return Math.max(depthOf(receiver), 1 + Math.max(0, ...bodies.map(depthOf)));
}

function* nodesIn(node: ASTNode): Generator<ASTNode> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesIn(child);
}

function childrenOf({ args }: ASTNode): ASTNode[] {
  return isNode(args) ? [args] : nodesOf(args);
}

function nodesOf(value: unknown): ASTNode[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((part) => (isNode(part) ? [part] : nodesOf(part)));
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
