import {
  type ASTNode,
  type Context,
  Environment,
  EvaluationError,
  ParseError,
  type ParseResult,
  TypeError as CelTypeError,
} from '@marcbachmann/cel-js';
import { RE2JS, RE2JSException } from 're2js';

import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import { withoutSecrets } from '../../core/mask/without-secrets.ts';
import type { PolicyCall } from '../../core/policy/call.ts';
import type { Condition } from '../../core/policy/rule.ts';
import { type Size, sizeOf, stepsOf } from './cost.ts';
import { LINEAR_MATCHES, methodCalls, type Shape, shapeOf, withLinearMatches } from './expression.ts';
import { factsReader, VARIABLES } from './variables.ts';

/** Why a condition is none, and where in it: character offsets, the end exclusive. */
export class ConditionError extends HallpassError {
  readonly range: { readonly start: number; readonly end: number };

  constructor(why: string, range: { start: number; end: number }) {
    super('ERR_CONFIG', why);
    this.range = range;
  }
}

/**
 * Compiles a CEL expression over the variables of `docs/policy.md`. What it does over any call is bounded: its size and its
 * loops by its form, its steps by a budget, and `matches` runs on a linear engine.
 *
 * @throws {ConditionError} not CEL, an unknown variable or function, not true or false, too large, a pattern that RE2 has not
 */
export function compileCondition(source: string): Condition {
  const { ast } = reading(source, () => ENVIRONMENT.parse(source));
  const shape = shapeOf(ast);
  if (shape.depth > LIMITS.policyLoops)
    throw wholly(source, `loops stand at most ${LIMITS.policyLoops} deep in each other`);
  const rewritten = withLinearMatches(source, ast);
  const run = reading(source, () => ENVIRONMENT.parse(rewritten));
  // A comment between a value and its method could have hidden one.
  if (methodCalls(run.ast).some(({ name }) => name === 'matches'))
    throw wholly(source, 'write .matches( right behind its value');
  const { valid, type, error } = run.check();
  if (!valid) throw asConditionError(error, source);
  if (type !== 'bool' && type !== 'dyn')
    throw wholly(source, `a condition is true or false, and this is ${type}`);
  checkPatterns(run.ast);
  const factsOf = factsReader(shape.variables);
  return (call) => {
    const over = overBudget(shape, call);
    return over ?? evaluate(run, factsOf(call));
  };
}

const ENVIRONMENT = environment();

function environment(): Environment {
  const made = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: LIMITS.policyNodes, maxDepth: LIMITS.policyNodes },
  });
  for (const { name, type, about } of VARIABLES) made.registerVariable(name, type, { description: about });
  made.registerFunction(`string.${LINEAR_MATCHES}(string): bool`, matches);
  return made;
}

const PATTERNS = new Map<string, RE2JS>();

function matches(text: string, pattern: string): boolean {
  return patternOf(pattern).matcher(text).find();
}

// Patterns are literals of policies, so there are as many as somebody wrote.
function patternOf(pattern: string): RE2JS {
  const known = PATTERNS.get(pattern);
  if (known !== undefined) return known;
  const made = RE2JS.compile(pattern);
  PATTERNS.set(pattern, made);
  return made;
}

function checkPatterns(ast: ASTNode): void {
  for (const { name, args } of methodCalls(ast)) {
    const [pattern] = args;
    if (name !== LINEAR_MATCHES || pattern === undefined) continue;
    if (pattern.op !== 'value' || typeof pattern.args !== 'string')
      throw new ConditionError('a pattern is written out: what comes from a call is none', pattern);
    try {
      patternOf(pattern.args);
    } catch (error) {
      if (!(error instanceof RE2JSException)) throw error;
      throw new ConditionError(`${error.message}; patterns are RE2's, without backreferences`, pattern);
    }
  }
}

function overBudget(shape: Shape, call: PolicyCall): { failed: string } | undefined {
  const { principal, credential, findings } = call;
  const sizes = [
    shape.variables.has('args') ? sizeOf(call.args()) : NO_SIZE,
    shape.variables.has('claims') ? sizeOf(new Map(Object.entries(principal.claims))) : NO_SIZE,
  ];
  const lists = [findings, principal.groups, credential.scopes ?? []].map(({ length }) => length);
  const elements = Math.max(...sizes.map((size) => size.elements), ...lists);
  const characters = Math.max(...sizes.map((size) => size.characters));
  if (stepsOf(shape, { elements, characters }) <= LIMITS.policySteps) return undefined;
  return { failed: `over its budget of ${LIMITS.policySteps} steps` };
}

const NO_SIZE: Size = { elements: 0, characters: 0 };

function evaluate(run: ParseResult, facts: Context): ReturnType<Condition> {
  try {
    const result: unknown = run(facts);
    return typeof result === 'boolean' ? result : { failed: 'it is neither true nor false' };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { failed: withoutSecrets(error.summary ?? 'an error') };
  }
}

function reading<T>(source: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asConditionError(error, source);
  }
}

function asConditionError(error: unknown, source: string): unknown {
  if (!(error instanceof ParseError || error instanceof CelTypeError)) return error;
  return new ConditionError(error.summary, error.range ?? { start: 0, end: source.length });
}

function wholly(source: string, why: string): ConditionError {
  return new ConditionError(why, { start: 0, end: source.length });
}
