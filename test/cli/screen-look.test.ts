import { afterEach, expect, test, vi } from 'vitest';

import { openApprovals } from '../../src/cli/run-approvals.ts';
import { openReview } from '../../src/cli/run-review.ts';
import { screenLook } from '../../src/cli/screen-look.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

afterEach(() => vi.unstubAllEnvs());

const silent = (): void => undefined;
const ON_TERMINAL: Terminal = {
  result: silent,
  json: silent,
  note: silent,
  stdinIsTty: true,
  stdoutIsTty: true,
  stderrIsTty: true,
};
const REVIEW = { follow: false, hub: false, json: false };

function environment(theme: string | undefined): void {
  vi.stubEnv('TERM', 'xterm-256color');
  vi.stubEnv('CI', '');
  vi.stubEnv('NO_COLOR', '');
  vi.stubEnv('COLORFGBG', '0;15');
  vi.stubEnv('HALLPASS_THEME', theme);
}

test.each([
  ['dark', 'dark'],
  ['light', 'light'],
  ['', undefined],
  [undefined, undefined],
])('a theme of %j is %j', (said, ground) => {
  environment(said);
  expect(screenLook()).toEqual({ colour: true, ground, colorfgbg: '0;15' });
});

test.each([
  ['review', () => openReview(REVIEW, ON_TERMINAL)],
  ['approvals', () => openApprovals({ json: false }, ON_TERMINAL)],
])('%s with a theme that there is not names those there are', async (_, open) => {
  environment('purple');
  await expect(open()).rejects.toMatchObject({
    code: 'ERR_USAGE',
    message: 'HALLPASS_THEME is purple',
    hint: expect.stringContaining('light or dark') as string,
  });
});

test('following at a hub is refused with what to type instead', async () => {
  environment(undefined);
  await expect(openReview({ ...REVIEW, follow: true, hub: true }, ON_TERMINAL)).rejects.toMatchObject({
    code: 'ERR_USAGE',
    hint: expect.stringMatching(/^hallpass review --follow .*; hallpass review --hub /) as string,
  });
});
