import { describe, expect, test } from 'vitest';

import { ensureLogin, type EnsureLoginDeps } from '../../src/app/ensure-login.ts';
import { type ErrorCode, HallpassError } from '../../src/core/errors.ts';

const HUB = 'https://hub.example.com';

/** Somebody who is asked. Remembers in which order what was done. */
function person(answers: { check?: ErrorCode; yes?: boolean; hub?: string | undefined }) {
  const done: string[] = [];
  const deps: EnsureLoginDeps = {
    check: () => {
      done.push('check');
      return answers.check === undefined
        ? Promise.resolve()
        : Promise.reject(new HallpassError(answers.check, 'no'));
    },
    hub: 'hub' in answers ? answers.hub : HUB,
    confirm: (question) => {
      done.push(question);
      return Promise.resolve(answers.yes ?? true);
    },
    logIn: (hub) => {
      done.push(`log in to ${hub}`);
      return Promise.resolve();
    },
  };
  return { deps, done };
}

describe('a login that is wanted', () => {
  test('and there is asks nobody', async () => {
    const { deps, done } = person({});
    await ensureLogin(deps);
    expect(done).toEqual(['check']);
  });

  test('and is missing is offered, with the hub it would be at', async () => {
    const { deps, done } = person({ check: 'ERR_AUTH' });
    await ensureLogin(deps);
    expect(done).toEqual(['check', `Not logged in to ${HUB}. Log in now?`, `log in to ${HUB}`]);
  });

  test('and is declined ends with what there would have been anyway', async () => {
    const { deps, done } = person({ check: 'ERR_AUTH', yes: false });
    await expect(ensureLogin(deps)).rejects.toThrowWithCode('ERR_AUTH');
    expect(done).toHaveLength(2);
  });

  test.each([
    ['no hub is known', { check: 'ERR_AUTH', hub: undefined }, 'ERR_AUTH'],
    ['the issuer is down', { check: 'ERR_ISSUER_UNREACHABLE' }, 'ERR_ISSUER_UNREACHABLE'],
    ['the profile is none', { check: 'ERR_NO_SUCH_PROFILE' }, 'ERR_NO_SUCH_PROFILE'],
  ] as const)('where %s is not offered', async (_, answers, code) => {
    const { deps, done } = person(answers);
    await expect(ensureLogin(deps)).rejects.toThrowWithCode(code);
    expect(done).toEqual(['check']);
  });
});
