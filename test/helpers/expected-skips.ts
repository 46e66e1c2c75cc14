/** A skip that is no failure: where, and the very reason the test gives to `context.skip(reason)`. */
export interface ExpectedSkip {
  /** How the test's full name (file > suites > test) begins. */
  readonly test: string;
  readonly reason: string;
  /** `.ci/run` installs what is missing, so there it is a failure all the same. */
  readonly notInCi?: boolean;
}

/** Every other skip fails a complete run. */
export const EXPECTED_SKIPS: readonly ExpectedSkip[] = [
  { test: 'test/core/mask/', reason: '../shared/detection is not here' },
  {
    test: 'test/platform/keychain.test.ts > ',
    reason: 'dbus-daemon, dbus-send or gnome-keyring-daemon is not installed',
    notInCi: true,
  },
  { test: 'test/platform/keychain.test.ts > ', reason: 'keytar is not built here', notInCi: true },
  { test: 'test/hub/browser/pages.test.ts > ', reason: 'chromium is not installed', notInCi: true },
  { test: 'test/e2e/approvals.test.ts > ', reason: 'tmux is not installed', notInCi: true },
  { test: 'test/e2e/review.test.ts > ', reason: 'tmux is not installed', notInCi: true },
  { test: 'test/e2e/approvals-walk.test.ts > ', reason: 'tmux is not installed', notInCi: true },
  { test: 'test/e2e/approvals-walk.test.ts > ', reason: 'chromium is not installed', notInCi: true },
  {
    test: 'test/e2e/approvals-walk.test.ts > ',
    reason: 'there is no PostgreSQL to test with on this platform',
    notInCi: true,
  },
  {
    test: 'test/e2e/run-with-database.test.ts > ',
    reason: 'there is no PostgreSQL to test with on this platform',
    notInCi: true,
  },
  {
    test: 'test/identity/minters/postgres.test.ts > ',
    reason: 'there is no PostgreSQL to test with on this platform',
    notInCi: true,
  },
];
