import { type Dispatch, useCallback, useRef, useState } from 'react';

/** A state that is drawn, and as it is this very moment: of keys that come together each finds what those before it did. */
export interface Reduced<State, Intent> {
  readonly state: State;
  readonly dispatch: Dispatch<Intent>;
  readonly now: () => State;
}

/** As React's `useReducer`, but applied at once. */
export function useReduced<State, Intent>(
  reduce: (state: State, intent: Intent) => State,
  start: () => State,
): Reduced<State, Intent> {
  const [state, setState] = useState(start);
  const latest = useRef(state);
  const dispatch = useCallback(
    (intent: Intent) => {
      latest.current = reduce(latest.current, intent);
      setState(latest.current);
    },
    [reduce],
  );
  const now = useCallback(() => latest.current, []);
  return { state, dispatch, now };
}
