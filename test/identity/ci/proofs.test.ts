import { describe, expect, test } from 'vitest';

import { variablesForServer } from '../../../src/identity/ci/proofs.ts';

const VARIABLES = {
  PATH: '/usr/bin',
  HALLPASS_ID_TOKEN: 'a',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'b',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'c',
  BUILDKITE_AGENT_ACCESS_TOKEN: 'd',
  CIRCLE_OIDC_TOKEN: 'e',
  CIRCLE_OIDC_TOKEN_V2: 'f',
};

describe('a server', () => {
  test('of a job can not be the job', () => {
    expect(variablesForServer(VARIABLES, { isJob: true })).toEqual({ PATH: '/usr/bin' });
  });

  test('elsewhere has all but our own settings', () => {
    const { HALLPASS_ID_TOKEN: _ours, ...others } = VARIABLES;
    expect(variablesForServer(VARIABLES, { isJob: false })).toEqual(others);
  });
});
