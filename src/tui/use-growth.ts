import { useEffect, useRef } from 'react';

import type { ReviewedSession } from '../core/review/source.ts';

/** Reads what there is of a session, and what comes, into its index. Of many rings that come together one is answered. */
export function useGrowth(session: ReviewedSession, onGrown: () => void): void {
  const latest = useRef(onGrown);
  latest.current = onGrown;
  useEffect(() => follow(session, () => latest.current()), [session]);
}

function follow(session: ReviewedSession, onGrown: () => void): () => void {
  const ended = new AbortController();
  let isAsked = false;
  let isReading = false;
  const read = async (): Promise<void> => {
    isReading = true;
    while (isAsked && !ended.signal.aborted) {
      isAsked = false;
      // What can't be read any more is said where it is verified; what was read stands.
      await session.readOn(ended.signal).catch(() => false);
      if (!ended.signal.aborted) onGrown();
    }
    isReading = false;
  };
  const ask = (): void => {
    isAsked = true;
    if (!isReading) void read();
  };
  const listening = session.listen(ask);
  ask();
  return () => {
    ended.abort();
    listening.close();
  };
}
