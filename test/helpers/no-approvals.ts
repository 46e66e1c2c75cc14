import type { Holds } from '../../src/core/message.ts';

/** Where nothing is held, and nobody could approve it. */
export const NO_HOLDS: Holds = {
  port: { unattendedPossible: true, request: () => Promise.reject(new Error('nothing is held here')) },
  key: new Uint8Array(32),
  session: 'session-1',
};
