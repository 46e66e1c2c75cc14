import { Box, Text } from 'ink';
import type { ReactElement } from 'react';

import type { AllowPlan } from '../../core/review/source.ts';
import { sealText } from '../../core/session/seal-text.ts';
import type { Claim, Verification } from '../../core/session/verify.ts';
import { clean, Line } from '../line.tsx';
import { type Segment, Segments } from '../segments.tsx';
import type { TextStyle, Theme } from '../theme.ts';
import { wrap, wrapWords } from '../wrap.ts';
import {
  type ActsOf,
  type ActsState,
  type Dialog,
  type Failure,
  FORMATS,
  ID_LETTERS,
  type Job,
} from './acts-state.ts';

/** The lines of what takes the place of the screen's body; undefined: nothing does. */
export function bodyLines(dialog: Dialog, theme: Theme, width: number): Segment[][] | undefined {
  if (dialog.kind === 'claims') return claimLines(dialog.verification, theme, width);
  if (dialog.kind === 'failed') return failureLines(dialog.failure, theme, width);
  return dialog.kind === 'plan' ? planLines(dialog.plan, theme, width) : undefined;
}

/** So many of them as there is room for. */
export function ActsBody({
  lines,
  dialog,
  rows,
}: {
  lines: readonly Segment[][];
  dialog: Dialog;
  rows: number;
}): ReactElement {
  const scrolled = 'scrolled' in dialog ? dialog.scrolled : 0;
  return (
    <Box flexDirection="column">
      {lines.slice(scrolled, scrolled + rows).map((line, at) => (
        <Segments key={at} of={line} />
      ))}
    </Box>
  );
}

/** One line: what is asked, what can be pressed, or what came of it; undefined: none of these. */
export function footerOf({ dialog, notice }: ActsState, theme: Theme): ReactElement | undefined {
  switch (dialog.kind) {
    case 'none':
      return notice && <Line style={theme[notice.kind]}>{notice.text}</Line>;
    case 'typing':
      return <Typed ask={askOf(dialog)} text={dialog.text} theme={theme} />;
    case 'sure':
      return <Line style={theme.bad}>{`Remove ${countOf(dialog.of)} for good?  y removes  esc keeps`}</Line>;
    case 'formats':
      return <Formats chosen={dialog.chosen} theme={theme} />;
    case 'busy':
      return <Line style={theme.quiet}>{BUSY[dialog.job.kind]}</Line>;
    case 'plan':
      return <Line style={theme.warning}>{'enter writes it  esc leaves it as it is'}</Line>;
    default:
      return <Line style={theme.quiet}>{'up/down more  esc back'}</Line>;
  }
}

const BUSY: Readonly<Record<Job['kind'], string>> = {
  verify: 'checking every claim…  esc stops',
  ask: 'looking whether a hub has it…',
  redact: 'removing…',
  note: 'adding the note…',
  upload: 'uploading…',
  remove: 'deleting…',
  export: 'writing…',
  allow: 'looking what would have to be written…',
  write: 'writing…',
};

function askOf({ act, of }: Dialog & { kind: 'typing' }): string {
  if (act === 'redact') return `Remove ${payloadsOf(of)}. Why?`;
  if (act === 'remove') return `Delete ${of.session} for good? First ${ID_LETTERS} letters of it:`;
  const [first] = of.targets;
  return first === undefined ? 'Note on the session:' : `Note on event ${first}:`;
}

function payloadsOf({ targets }: ActsOf): string {
  if (targets.length === 1) return `the payload of event ${targets[0]}`;
  return `${countOf({ targets })}, of events ${targets[0]} to ${targets.at(-1)}`;
}

function countOf({ targets }: Pick<ActsOf, 'targets'>): string {
  return targets.length === 1 ? 'the payload' : `${targets.length} payloads`;
}

// Its end is where somebody types: what has no room goes at the beginning.
function Typed({ ask, text, theme }: { ask: string; text: string; theme: Theme }): ReactElement {
  return (
    <Text wrap="truncate-start">
      <Text {...theme.title}>{`${clean(ask)} `}</Text>
      {clean(text)}_
    </Text>
  );
}

function Formats({ chosen, theme }: { chosen: number; theme: Theme }): ReactElement {
  const formats = FORMATS.flatMap((format, at): Segment[] => {
    const isChosen = at === chosen;
    const text = `${isChosen ? '>' : ' '}${at + 1} ${format}`;
    return [{ text, style: isChosen ? theme.chosen : {} }, { text: ' ' }];
  });
  return <Segments of={[{ text: 'Export as ', style: theme.title }, ...formats]} />;
}

const CLAIM = 11;
const STATUS = 11;

function claimLines(verification: Verification, theme: Theme, width: number): Segment[][] {
  const { session, claims, ok } = verification;
  const seal = wrapWords(clean(sealText({ session, verification })), width);
  const style = ok ? theme.good : theme.bad;
  return [
    ...seal.map((text) => [{ text, style }]),
    [],
    ...claims.flatMap((claim) => claimLine(claim, theme, width)),
  ];
}

function claimLine({ claim, status, reason }: Claim, theme: Theme, width: number): Segment[][] {
  const lines = wrapWords(clean(reason), width - CLAIM - STATUS);
  return lines.map((text, at) => [
    { text: (at === 0 ? claim : '').padEnd(CLAIM), style: theme.title },
    { text: (at === 0 ? status : '').padEnd(STATUS), style: statusStyle(status, theme) },
    { text },
  ]);
}

function statusStyle(status: Claim['status'], theme: Theme): TextStyle {
  if (status === 'pass') return theme.good;
  return status === 'fail' ? theme.bad : theme.warning;
}

function failureLines({ why, hint }: Failure, theme: Theme, width: number): Segment[][] {
  return [
    ...wrapWords(clean(why), width).map((text) => [{ text, style: theme.bad }]),
    [],
    ...wrapWords(clean(hint), width).map((text) => [{ text }]),
  ];
}

function planLines({ means, file, diff }: AllowPlan, theme: Theme, width: number): Segment[][] {
  return [
    ...wrapWords(clean(means), width).map((text) => [{ text }]),
    [],
    ...wrap(clean(file), width).map((text) => [{ text, style: theme.title }]),
    ...diff.flatMap((line) =>
      wrap(clean(line), width).map((text) => [{ text, style: diffStyle(line, theme) }]),
    ),
  ];
}

function diffStyle(line: string, theme: Theme): TextStyle {
  if (line.startsWith('+')) return theme.good;
  return line.startsWith('-') ? theme.bad : theme.quiet;
}
