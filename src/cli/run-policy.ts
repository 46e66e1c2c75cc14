import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import process from 'node:process';

import type { SampleResult } from '../app/policy/masking-samples.ts';
import type { TestResult } from '../app/policy/run-tests.ts';
import type { TestFile } from '../app/policy/test-file.ts';
import { HallpassError } from '../core/errors.ts';
import type { PolicyLayer } from '../core/policy/rule.ts';
import { createPolicy } from '../core/policy/evaluate.ts';
import { readEnvironment } from '../platform/environment.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { findWorkspace } from '../platform/workspace.ts';
import { loadPolicy, PROJECT_POLICY, readPolicy, USER_POLICY } from './compose-policy.ts';
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
 * Runs the table beside a policy, and the samples of its masking rules.
 *
 * @throws {HallpassError} ERR_POLICY_TEST where a row or a sample fails, ERR_CONFIG
 */
export async function testPolicy(file: string | undefined, json: boolean, terminal: Terminal): Promise<void> {
  const { parseTestFile, besideOf } = await import('../app/policy/test-file.ts');
  const { policy, tests } = besideOf(file ?? ownFile());
  const table = existsSync(tests) ? parseTestFile(readPolicy(tests), tests) : undefined;
  const layer = await loadPolicy(await policyOf(table, { policy, tests }));
  const results = [...(await rowsOf(table, layer)), ...(await samplesOf(layer))];
  if (results.length === 0) throw noTable(tests);
  for (const result of results) {
    if (json) terminal.json(testJson(result));
    else presentTest(result, terminal);
  }
  const failed = results.filter(({ ok }) => !ok).length;
  if (failed > 0)
    throw new HallpassError('ERR_POLICY_TEST', `${failed} of ${results.length} rows of ${tests} fail`);
  if (!json) terminal.result(`${count(results.length, 'row')}, all as expected: ${layer.version}`);
}

// A table may name a shipped policy, or a file beside it.
async function policyOf(
  table: TestFile | undefined,
  { policy, tests }: { policy: string; tests: string },
): Promise<string> {
  const { isShipped } = await import('../app/policy/shipped.ts');
  if (table?.policy === undefined) return resolve(policy);
  return isShipped(table.policy) ? table.policy : resolve(dirname(tests), table.policy);
}

async function rowsOf(table: TestFile | undefined, layer: PolicyLayer): Promise<readonly TestResult[]> {
  if (table === undefined) return [];
  const { runTests } = await import('../app/policy/run-tests.ts');
  return runTests(table, createPolicy([layer]));
}

async function samplesOf({ masking }: PolicyLayer): Promise<readonly SampleResult[]> {
  if (masking === undefined) return [];
  const { checkSamples } = await import('../app/policy/masking-samples.ts');
  return checkSamples(masking);
}

function noTable(file: string): HallpassError {
  return new HallpassError('ERR_NO_SUCH_FILE', `there is no table ${file}`, {
    hint: 'docs/policy.md, "Tests", shows one.',
  });
}

/** Of the project here, else of the user. */
function ownFile(): string {
  const { configDir } = hallpassPaths(readEnvironment());
  const workspace = findWorkspace(process.cwd());
  const found = [resolve(workspace, PROJECT_POLICY), resolve(configDir, USER_POLICY)].find((file) =>
    existsSync(file),
  );
  if (found !== undefined) return found;
  throw new HallpassError('ERR_USAGE', 'there is no policy here, and none of your own', {
    hint: 'Name a file: hallpass policy test FILE',
  });
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}
