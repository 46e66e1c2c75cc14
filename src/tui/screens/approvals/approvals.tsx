import { Box, Text, useApp, useWindowSize } from 'ink';
import { type ReactElement, useLayoutEffect, useRef } from 'react';

import { stateOf } from '../../../core/approvals/approval.ts';
import { describe, type Fact, standing } from '../../../core/approvals/describe.ts';
import type { ListedApproval } from '../../../core/approvals/source.ts';
import { clean, Line } from '../../line.tsx';
import type { Theme } from '../../theme.ts';
import { wrap, wrapWords } from '../../wrap.ts';
import { type ApprovalsState, chosenOf } from './approvals-state.ts';
import { type ApprovalsDeps, useApprovals } from './use-approvals.ts';

export interface ApprovalsProps {
  readonly deps: ApprovalsDeps;
  readonly theme: Theme;
  /** Back to where one came from; without it leaving ends the program. */
  readonly leave?: () => void;
}

/** The approvals that wait, one of them in full, and what can be done about it. Fits 60 by 20. */
export function Approvals({ deps, theme, leave }: ApprovalsProps): ReactElement {
  const { columns, rows } = useWindowSize();
  const layout = useRef({ last: 0, page: 1 });
  const state = useApprovals(deps, (by) => ({
    kind: 'scroll',
    by: by * layout.current.page,
    last: layout.current.last,
  }));
  useLeaving(state, leave);
  const { listed, mode, notice } = state;
  const below = mode.kind === 'list' || mode.kind === 'help' ? 1 : 2;
  const tall = Math.min(listed.length, Math.max(2, Math.floor(rows / 4)));
  const notes = notice === undefined ? [] : wrapWords(clean(notice.text), columns);
  // A line less than there is: what fills the screen is drawn anew as a whole each time.
  const height = Math.max(3, rows - 1 - 1 - tall - 1 - below - notes.length);
  const places = deps.sources.map(({ name }) => clean(name));
  const lines = detailLines(state, { columns, places });
  layout.current = { last: lastOf(lines, height), page: Math.max(1, height - 2) };
  return (
    <Box flexDirection="column" width={columns}>
      <Line style={theme.title}>{`hallpass approvals: ${waiting(listed, state.now)}`}</Line>
      <List state={state} theme={theme} tall={tall} />
      <Line style={theme.quiet}>{'─'.repeat(columns)}</Line>
      <Details lines={lines} scrolled={state.scrolled} height={height} theme={theme} />
      {notes.map((line, n) => (
        <Line key={n} style={theme[notice?.kind ?? 'warning']}>
          {line}
        </Line>
      ))}
      <Footer state={state} theme={theme} out={leave === undefined ? 'q quit' : 'esc back'} />
    </Box>
  );
}

function useLeaving({ left }: ApprovalsState, leave: (() => void) | undefined): void {
  const { exit } = useApp();
  // At once: a key that follows is meant for the screen below.
  useLayoutEffect(() => {
    if (left === 'quit' && leave !== undefined) leave();
    else if (left !== 'no') exit(left);
  }, [left, exit]);
}

function waiting(listed: readonly ListedApproval[], now: number): string {
  const count = listed.filter(({ approval }) => stateOf(approval, now) === 'pending').length;
  return count === 0 ? 'nothing waits' : `${count} ${count === 1 ? 'waits' : 'wait'}`;
}

interface Part {
  readonly state: ApprovalsState;
  readonly theme: Theme;
}

function List({ state, theme, tall }: Part & { tall: number }): ReactElement {
  const { listed, chosen, now } = state;
  const at = listed.findIndex(({ approval }) => approval.id === chosen);
  const from = Math.max(0, Math.min(at - Math.floor(tall / 2), listed.length - tall));
  const hasHub = listed.some(({ url }) => url !== undefined);
  return (
    <Box flexDirection="column">
      {listed.slice(from, from + tall).map(({ approval, url }) => (
        <Box key={approval.id} columnGap={2}>
          <Box flexGrow={1} flexShrink={1}>
            <Line style={approval.id === chosen ? theme.chosen : {}}>
              {`${approval.id === chosen ? '>' : ' '} ${clean(`${approval.tool || approval.method} on ${approval.connection}`)}`}
            </Line>
          </Box>
          {hasHub && (
            <Box flexShrink={0} width={4}>
              <Line style={theme.quiet}>{url === undefined ? 'here' : 'hub'}</Line>
            </Box>
          )}
          <Box flexShrink={0}>
            <Line style={riskStyle(approval.risk, theme)}>{approval.risk.padEnd(6)}</Line>
          </Box>
          <Box flexShrink={0} width={9}>
            <Line style={{}}>{standing(approval, now).padStart(9)}</Line>
          </Box>
        </Box>
      ))}
    </Box>
  );
}

function riskStyle(risk: string, theme: Theme): Theme['bad'] {
  if (risk === 'high') return theme.bad;
  return risk === 'medium' ? theme.warning : {};
}

const LABEL = 11;

const HELP = [
  ['up down', 'choose another one; j k as in vim'],
  ['space b', 'more of what it says, and back'],
  ['a', 'approve it, with a reason or without'],
  ['d', 'deny it'],
  ['esc q', 'leave; what waits goes on waiting'],
  ['?', 'this, and back'],
].map(([label = '', text = '']) => ({ label, text }));

function detailLines(
  state: ApprovalsState,
  { columns, places }: { columns: number; places: readonly string[] },
): { label: string; text: string }[] {
  if (state.mode.kind === 'help') return HELP;
  const chosen = chosenOf(state);
  const isOver = chosen === undefined && state.listed.length > 0;
  if (isOver) return [{ label: '', text: 'It is over. Up or down chooses another one.' }];
  if (chosen === undefined) {
    const watching = `Watching ${places.join(' and ')}. What waits appears here at once.`;
    return wrapWords(watching, columns - LABEL).map((text) => ({ label: '', text }));
  }
  return factsOf(chosen).flatMap(({ label, text }) =>
    (label === 'Arguments' ? wrap : wrapWords)(text, columns - LABEL).map((line, n) => ({
      label: n === 0 ? label : '',
      text: line,
    })),
  );
}

function factsOf({ approval, url, at, lack, isShort }: ListedApproval): Fact[] {
  const [what, ...facts] = describe(approval, lack);
  const known = facts.map((one) =>
    isShort === true && LATER.has(one.label) ? { label: one.label, text: '…' } : one,
  );
  const place = url === undefined ? [] : [{ label: 'Decide', text: `in a browser, at ${clean(url)}` }];
  const approvalLine = { label: 'Approval', text: `${approval.id}, ${clean(at)}` };
  return [...(what === undefined ? [] : [what]), ...place, ...known, approvalLine];
}

// What a list of a hub's leaves out is there in a moment; until then nothing is said of it.
const LATER: ReadonlySet<string> = new Set(['In clear', 'Arguments', 'Masked']);

// How far there is anything to see. What doesn't fit leaves a line to say so.
function lastOf(lines: readonly unknown[], height: number): number {
  return lines.length <= height ? 0 : lines.length - (height - 1);
}

// What is further below is said: nobody is to approve the harmless half of a call.
function Details(props: {
  readonly lines: readonly { label: string; text: string }[];
  readonly scrolled: number;
  readonly height: number;
  readonly theme: Theme;
}): ReactElement {
  const { lines, height, theme } = props;
  const scrolled = Math.min(props.scrolled, lastOf(lines, height));
  const fits = lines.length <= height;
  const seen = lines.slice(scrolled, scrolled + (fits ? height : height - 1));
  const more = lines.length - scrolled - seen.length;
  return (
    <Box flexDirection="column" height={height}>
      {seen.map(({ label, text }, n) => (
        <Box key={scrolled + n}>
          <Box flexShrink={0} width={LABEL}>
            <Line style={theme.quiet}>{label}</Line>
          </Box>
          <Line style={{}}>{text}</Line>
        </Box>
      ))}
      {!fits && (
        <Line style={theme.warning}>
          {more > 0
            ? `${more} more ${more === 1 ? 'line' : 'lines'} below: space`
            : 'this is the end; above: b'}
        </Line>
      )}
    </Box>
  );
}

function Footer({ state, theme, out }: Part & { out: string }): ReactElement {
  const { mode, listed } = state;
  if (mode.kind === 'list' || mode.kind === 'help') {
    return (
      <Line
        style={theme.quiet}
      >{`${listed.length === 0 ? out : keysFor(chosenOf(state), out)}  ? help`}</Line>
    );
  }
  const { id, word } = mode;
  const does = word.verdict === 'deny' ? 'Deny' : 'Approve';
  const style = word.verdict === 'deny' ? theme.bad : theme.good;
  return (
    <Box flexDirection="column">
      <Text wrap="truncate-start">
        <Text {...style}>{`${does} ${clean(id)}. Why? `}</Text>
        {word.reason}
        {mode.kind === 'reason' ? '_' : ''}
      </Text>
      <Line style={theme.quiet}>
        {mode.kind === 'reason' ? 'enter sends it, with a reason or without  esc goes back' : 'sending…'}
      </Line>
    </Box>
  );
}

function keysFor(chosen: ListedApproval | undefined, out: string): string {
  if (chosen === undefined) return `up/down choose  ${out}`;
  const does = chosen.lack === undefined ? 'a approve  d deny' : 'd deny';
  return `up/down choose  ${chosen.url === undefined ? does : 'a decide in a browser'}  ${out}`;
}
