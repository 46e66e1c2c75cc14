import { join } from 'node:path';

import { expect, test } from 'vitest';

import { verify } from '../../src/app/verify.ts';
import {
  copySession,
  NO_HUBS,
  recordSession,
  sessionsIn,
  temporaryDirectory,
  TRUST,
} from '../helpers/recorded-session.ts';

function depsFor(directory: string) {
  const asked: (string | undefined)[] = [];
  return {
    asked,
    ...NO_HUBS,
    sessions: sessionsIn(directory),
    note: () => undefined,
    trust: (named: string | undefined) => {
      asked.push(named);
      return Promise.resolve(TRUST);
    },
  };
}

test('a session by its name, or a log by its path', async () => {
  using directory = temporaryDirectory();
  const files = await recordSession(directory.path);
  const elsewhere = copySession(files, join(directory.path, 'elsewhere'));
  const deps = depsFor(directory.path);
  for (const target of ['last', files.id, files.id.slice(0, 6), elsewhere.log]) {
    const { verification } = await verify({ target, allowedSigners: undefined }, deps);
    expect(verification).toMatchObject({ session: files.id, ok: true });
  }
});

test('the person’s own list of keys is used when there is one', async () => {
  using directory = temporaryDirectory();
  const files = await recordSession(directory.path);
  const deps = depsFor(directory.path);
  await verify({ target: files.id, allowedSigners: 'keys.txt' }, deps);
  expect(deps.asked).toEqual(['keys.txt']);
});

test('what does not exist is said to be missing, not to be tampered with', async () => {
  using directory = temporaryDirectory();
  const deps = depsFor(directory.path);
  await expect(verify({ target: 'nope', allowedSigners: undefined }, deps)).rejects.toThrowWithCode(
    'ERR_NO_SUCH_SESSION',
  );
  await expect(verify({ target: './nope.jsonl', allowedSigners: undefined }, deps)).rejects.toThrowWithCode(
    'ERR_NO_SUCH_FILE',
  );
  await expect(verify({ target: directory.path, allowedSigners: undefined }, deps)).rejects.toThrowWithCode(
    'ERR_NO_SUCH_FILE',
  );
});
