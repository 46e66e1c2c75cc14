import { readFileSync } from 'node:fs';

import { parse } from 'yaml';

import { parseHubFile } from '../../src/app/hub-file.ts';
import { TestHub } from '../hub/helpers/test-hub.ts';
import type { FakeCi, System } from './ci.ts';

/** A script of a recipe, and how its system runs it. */
export interface Step {
  readonly name: string;
  readonly shell: readonly [string, ...string[]];
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /** For whom the recipe wants tokens in variables, by variable. */
  readonly tokens: Readonly<Record<string, string>>;
  /** What its job's token says that others' do not. */
  readonly claims: Readonly<Record<string, unknown>>;
}

export type Recipe = Exclude<System, 'other'>;

const DOCS = new URL('../../docs/ci/', import.meta.url);
const HUB = 'https://hub.example.com';

/** A hub by docs/ci/hub.yaml, but for the addresses of the issuers, which are the fakes'. */
export function startRecipeHub(ci: FakeCi): Promise<TestHub> {
  const issuers: readonly (readonly [string, Recipe])[] = [
    ['https://token.actions.githubusercontent.com', 'github'],
    ['https://gitlab.com', 'gitlab'],
    ['https://agent.buildkite.com', 'buildkite'],
    [`https://oidc.circleci.com/org/${ci.organization}`, 'circleci'],
  ];
  const text = issuers.reduce((all, [address, system]) => {
    if (!all.includes(`issuer: ${address}\n`)) throw new Error(`${address} is not in docs/ci/hub.yaml`);
    return all.replace(`issuer: ${address}\n`, `issuer: ${ci.issuerOf(system)}\n`);
  }, read('hub.yaml'));
  const config = parseHubFile(text, 'hub.yaml');
  return TestHub.start({ config: { ...config, listen: { host: '127.0.0.1', port: 0 }, url: undefined } });
}

/** The scripts of a recipe in their order, for a hub at this address. What it uses and this does not know is an error. */
export function stepsOf(recipe: Recipe, hub: string): Step[] {
  switch (recipe) {
    case 'github':
      return githubSteps(hub);
    case 'gitlab':
      return gitlabSteps(hub);
    case 'buildkite':
      return buildkiteSteps(hub);
    default:
      return circleciSteps(hub);
  }
}

function read(path: string, hub = HUB): string {
  return readFileSync(new URL(path, DOCS), 'utf8').replaceAll(HUB, hub);
}

type Env = Record<string, string>;

interface Workflow {
  permissions: Env;
  jobs: Record<string, { environment: string; steps: { uses: string; name?: string; with?: Env }[] }>;
}

interface Action {
  inputs: Record<string, { required?: boolean; default?: string }>;
  runs: { using: string; steps: { name: string; shell: string; env: Env; run: string }[] };
}

// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
const BASH = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'] as const;

function githubSteps(hub: string): Step[] {
  const { permissions, jobs } = parse(read('github-actions/deploy.yml', hub)) as Workflow;
  const action = parse(read('github-actions/action.yml', hub)) as Action;
  // Without it a job has no way to ask for a token.
  if (permissions['id-token'] !== 'write') throw new Error('the job may not ask for tokens');
  return Object.values(jobs).flatMap(({ environment, steps }) =>
    steps.flatMap(({ uses, name = uses, with: given = {} }) => {
      if (uses.startsWith('actions/checkout@')) return [];
      if (uses !== './.github/actions/hallpass') throw new Error(`what is ${uses}?`);
      return actionSteps(action, given, { name, claims: { environment } });
    }),
  );
}

function actionSteps({ inputs, runs }: Action, given: Env, job: Pick<Step, 'name' | 'claims'>): Step[] {
  for (const name of Object.keys(given)) if (inputs[name] === undefined) throw new Error(`no input ${name}`);
  const valueOf = (name: string): string => {
    const value = given[name] ?? inputs[name]?.default;
    if (value === undefined) throw new Error(`the input ${name} is missing`);
    return value;
  };
  return runs.steps.map(({ name, shell, env, run }) => {
    if (shell !== 'bash' || run.includes('${{')) throw new Error(`${name} is not as it has to be`);
    const filled = Object.entries(env).map(([variable, text]): [string, string] => [
      variable,
      text.replaceAll(/\$\{\{ inputs\.(\w+) \}\}/g, (_, input: string) => valueOf(input)),
    ]);
    const { claims } = job;
    return {
      name: `${job.name}: ${name}`,
      shell: BASH,
      script: run,
      env: Object.fromEntries(filled),
      tokens: {},
      claims,
    };
  });
}

interface GitLabJob {
  extends?: string;
  variables?: Env;
  id_tokens?: Record<string, { aud: string }>;
  before_script?: string[];
  script?: string[];
  stage?: string;
  environment?: string;
}

// https://docs.gitlab.com/ci/yaml/#extends: what stands in a job goes before what it extends.
function gitlabSteps(hub: string): Step[] {
  const { stages, ...jobs } = parse(read('gitlab/gitlab-ci.yml', hub)) as Record<string, GitLabJob> & {
    stages: string[];
  };
  const whole = Object.entries(jobs)
    .filter(([name]) => !name.startsWith('.'))
    .map(([name, job]) => Object.assign({ name }, jobs[job.extends ?? ''], job));
  const inOrder = whole.toSorted((a, b) => stages.indexOf(a.stage ?? '') - stages.indexOf(b.stage ?? ''));
  return inOrder.map(({ name, variables = {}, id_tokens: tokens = {}, ...job }) => ({
    name,
    shell: ['bash', '-eo', 'pipefail', '-c'],
    script: [...(job.before_script ?? []), ...(job.script ?? [])].join('\n'),
    env: variables,
    tokens: Object.fromEntries(Object.entries(tokens).map(([variable, { aud }]) => [variable, aud])),
    claims: job.environment === undefined ? {} : { environment: job.environment },
  }));
}

interface Pipeline {
  env: Env;
  steps: { label: string; key: string; command?: string; commands?: string[] }[];
}

// https://buildkite.com/docs/pipelines/configure/environment-variables#runtime-variable-interpolation
function buildkiteSteps(hub: string): Step[] {
  const { env, steps } = parse(read('buildkite/pipeline.yml', hub)) as Pipeline;
  return steps.map(({ label, key, command, commands = [command ?? ''] }) => {
    const script = commands.join('\n');
    if (/(?<!\$)\$(?!\$)/.test(script))
      throw new Error(`${key}: the agent would fill in a variable too early`);
    return {
      name: label,
      shell: ['/bin/bash', '-e', '-c'],
      script: script.replaceAll('$$', '$'),
      env,
      tokens: {},
      claims: { step_key: key },
    };
  });
}

function onlyCheckout(step: string): [] {
  if (step === 'checkout') return [];
  throw new Error(`what is ${step}?`);
}

type CircleStep = string | Record<string, Env>;

interface CircleConfig {
  commands: Record<
    string,
    {
      parameters: Record<string, unknown>;
      steps: { run: { name: string; command: string; environment: Env } }[];
    }
  >;
  jobs: Record<string, { steps: CircleStep[] }>;
}

// https://circleci.com/docs/reference/configuration-reference/#default-shell-options
function circleciSteps(hub: string): Step[] {
  const { commands, jobs } = parse(read('circleci/config.yml', hub)) as CircleConfig;
  return Object.values(jobs).flatMap(({ steps }) =>
    steps.flatMap((step) => {
      if (typeof step === 'string') return onlyCheckout(step);
      const [[called, given]] = Object.entries(step) as [[string, Env]];
      const command = commands[called];
      if (command === undefined) throw new Error(`what is ${called}?`);
      const fill = (text: string): string =>
        text.replaceAll(/<< parameters\.(\w+) >>/g, (_, name: string) => String(given[name]));
      return command.steps.map(({ run: { name, command: script, environment } }) => ({
        name: fill(name),
        shell: ['/bin/bash', '-eo', 'pipefail', '-c'] as const,
        script: fill(script),
        env: Object.fromEntries(
          Object.entries(environment).map(([variable, text]) => [variable, fill(text)]),
        ),
        tokens: {},
        claims: {},
      }));
    }),
  );
}
