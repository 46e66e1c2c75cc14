import type { Verification } from './verify.ts';

/** The first claim that failed, for an error message. */
export function firstFailure({ claims }: Verification): string {
  const failed = claims.find(({ status }) => status === 'fail');
  return failed === undefined ? '' : `${failed.claim}: ${failed.reason}`;
}
