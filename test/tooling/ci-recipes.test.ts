import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { parseHubFile } from '../../src/app/hub-file.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

test('what the recipes for CI need at the hub goes by ids alone', () => {
  expect(parseHubFile(read('docs/ci/hub.yaml'), 'hub.yaml')).toMatchObject({ warnings: [] });
});

test.each([
  'github-actions/action.yml',
  'gitlab/gitlab-ci.yml',
  'buildkite/pipeline.yml',
  'circleci/config.yml',
])('the recipe %s names the version that there is', (file) => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(read(`docs/ci/${file}`)).toMatch(
    new RegExp(`(?:hallpass@|default: )${version.replaceAll('.', '[.]')}\\n`),
  );
});
