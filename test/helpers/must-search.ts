// A set-up file of the end-to-end tests: one that searches nothing fails, whatever else it shows.
import { beforeEach } from 'vitest';

import { mustHaveSearched, searchesSoFar } from './assert-no-canary.ts';

// What the first hook returns runs last: the test's own sandboxes have ended by then.
beforeEach(({ task }) => {
  const before = searchesSoFar();
  return () => {
    if (task.result?.state !== 'fail') mustHaveSearched(before);
  };
});
