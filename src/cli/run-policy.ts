import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import process from 'node:process';

import { HallpassError } from '../core/errors.ts';
import { createPolicy } from '../core/policy/evaluate.ts';
import { readEnvironment } from '../platform/environment.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { findWorkspace } from '../platform/workspace.ts';
import {
  loadPolicy,
  policyLayers,
  type LayersInForce,
  PROJECT_POLICY,
  readPolicy,
  USER_POLICY,
} from './compose-policy.ts';
import { presentProblem, presentTest, problemJson, testJson } from './present-policy-check.ts';
import type { Terminal } from './terminal.ts';

/**
 * Says all that is wrong with a policy's file.
 *
 * @throws {HallpassError} ERR_CONFIG where there is anything
 */
export async function checkPolicy(file: string, json: boolean, terminal: Terminal): Promise<void> {
  const text = readPolicy(file);
  const { policyProblems } = await import('../app/policy/policy-file.ts');
  const problems = policyProblems(text);
  for (const problem of problems) {
    if (json) terminal.json(problemJson(problem, file));
    else presentProblem(problem, { file, text }, terminal);
  }
  if (problems.length > 0)
    throw new HallpassError('ERR_CONFIG', `${file} has ${count(problems.length, 'error')}`, {
      hint: 'docs/policy.md describes what may stand in a policy; hallpass policy schema prints it for editors.',
    });
  const { version, rules } = await loadPolicy(resolve(file));
  if (json) terminal.json({ file, policy: version, rules: rules.length });
  else terminal.result(`${file} is in order: ${version}, ${count(rules.length, 'rule')}`);
}

/**
 * Runs the table beside a policy.
 *
 * @throws {HallpassError} ERR_POLICY_TEST where a row fails, ERR_CONFIG
 */
export async function testPolicy(file: string | undefined, json: boolean, terminal: Terminal): Promise<void> {
  const [{ parseTestFile, besideOf }, { runTests }, { isShipped }] = await Promise.all([
    import('../app/policy/test-file.ts'),
    import('../app/policy/run-tests.ts'),
    import('../app/policy/shipped.ts'),
  ]);
  const { policy, tests } = besideOf(file ?? ownFile());
  const table = parseTestFile(readTable(tests), tests);
  const named = table.policy ?? policy;
  const layer = await loadPolicy(isShipped(named) ? named : resolve(dirname(tests), named));
  const results = runTests(table, createPolicy([layer]));
  for (const result of results) {
    if (json) terminal.json(testJson(result));
    else presentTest(result, terminal);
  }
  const failed = results.filter(({ ok }) => !ok).length;
  if (failed > 0)
    throw new HallpassError('ERR_POLICY_TEST', `${failed} of ${results.length} rows of ${tests} fail`);
  if (!json) terminal.result(`${count(results.length, 'row')}, all as expected: ${layer.version}`);
}

function readTable(file: string): string {
  if (existsSync(file)) return readPolicy(file);
  throw new HallpassError('ERR_NO_SUCH_FILE', `there is no table ${file}`, {
    hint: 'docs/policy.md, "Tests", shows one.',
  });
}

/** Of the project here, else of the user. */
function ownFile(): string {
  const { configDir, workspace } = places();
  const found = [resolve(workspace, PROJECT_POLICY), resolve(configDir, USER_POLICY)].find((file) =>
    existsSync(file),
  );
  if (found !== undefined) return found;
  throw new HallpassError('ERR_USAGE', 'there is no policy here, and none of your own', {
    hint: 'Name a file: hallpass policy test FILE',
  });
}

/** The policy in force here, or the one that is named. */
export function layersHere(chosen: string | undefined): Promise<LayersInForce> {
  const { configDir, workspace, policy } = places();
  return policyLayers({ chosen: chosen ?? policy, configDir, workspace });
}

function places(): { configDir: string; workspace: string; policy: string | undefined } {
  const environment = readEnvironment();
  const { configDir } = hallpassPaths(environment);
  return { configDir, workspace: findWorkspace(process.cwd()), policy: environment.policy };
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}
