import type { ReactElement } from 'react';

import type { Theme } from '../../theme.ts';
import { Approvals } from '../approvals/approvals.tsx';
import { Call } from '../call/call.tsx';
import { Replay } from '../replay/replay.tsx';
import { Session } from '../session/session.tsx';
import { Sessions } from '../sessions/sessions.tsx';
import { Stats } from '../stats/stats.tsx';
import type { Place } from './review-state.ts';
import { type ReviewDeps, type ReviewHands, useReview } from './use-review.ts';

export interface ReviewProps {
  readonly deps: ReviewDeps;
  readonly theme: Theme;
}

/** `hallpass review`: sessions, one of them, one of its calls … each screen over the one it was reached from. */
export function Review({ deps, theme }: ReviewProps): ReactElement {
  const hands = useReview(deps);
  const { shown } = hands;
  return <Shown key={shown.number} place={shown.place} {...{ deps, theme, hands }} />;
}

interface ShownProps extends ReviewProps {
  readonly place: Place;
  readonly hands: ReviewHands;
}

function Shown(props: ShownProps): ReactElement {
  const { place, deps, theme, hands } = props;
  const { now } = deps;
  const { go, quit } = hands;
  const leave = (): void => go({ kind: 'leave' });
  switch (place.kind) {
    case 'sessions':
      return <SessionsAt {...props} place={place} />;
    case 'session':
      return <SessionAt {...props} place={place} />;
    case 'call':
      return <CallAt {...props} place={place} />;
    case 'replay':
      return <Replay {...{ theme, quit, leave, now }} session={place.session} fromSeq={place.seq} />;
    case 'stats':
      return <Stats {...{ theme, quit, leave }} session={place.session} />;
    default:
      return deps.approvals === undefined ? (
        <></>
      ) : (
        <Approvals deps={deps.approvals} theme={theme} leave={leave} />
      );
  }
}

function SessionsAt({
  place,
  deps,
  theme,
  hands,
}: ShownProps & { place: Place & { kind: 'sessions' } }): ReactElement {
  const { go, quit } = hands;
  return (
    <Sessions
      {...{ theme, quit }}
      source={deps.source}
      now={deps.now}
      from={place.from}
      awaits={place.awaits}
      enter={(session, from, follows) =>
        go({ kind: 'enter', place: { kind: 'session', session, follows }, left: { ...place, from } })
      }
      approvals={
        deps.approvals &&
        ((from) => go({ kind: 'enter', place: { kind: 'approvals' }, left: { ...place, from } }))
      }
    />
  );
}

function SessionAt({
  place,
  deps,
  theme,
  hands,
}: ShownProps & { place: Place & { kind: 'session' } }): ReactElement {
  const { go, quit } = hands;
  const { session, follows } = place;
  const leave = (): void => go({ kind: 'leave' });
  return (
    <Session
      {...{ theme, session, follows, quit, leave }}
      acts={deps.source.acts}
      from={place.from}
      hasApprovals={deps.approvals !== undefined}
      removed={leave}
      enter={(what, from) => {
        const over: Place =
          what.kind === 'call'
            ? { ...what, session, at: 'first' }
            : what.kind === 'approvals'
              ? what
              : { ...what, session };
        go({ kind: 'enter', place: over, left: { ...place, from } });
      }}
    />
  );
}

function CallAt({
  place,
  deps,
  theme,
  hands,
}: ShownProps & { place: Place & { kind: 'call' } }): ReactElement {
  const { go, quit } = hands;
  const { session, row, at, from } = place;
  const leave = (): void => go({ kind: 'leave' });
  return (
    <Call
      {...{ theme, session, row, at, from, quit, leave }}
      acts={deps.source.acts}
      show={(next, end) => go({ kind: 'replace', place: { kind: 'call', session, row: next, at: end } })}
      replay={(seq, left) =>
        go({ kind: 'enter', place: { kind: 'replay', session, seq }, left: { ...place, from: left } })
      }
      removed={() => {
        leave();
        leave();
      }}
    />
  );
}
