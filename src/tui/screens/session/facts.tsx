import { Box } from 'ink';
import type { ReactElement } from 'react';

import type { ReviewedSession } from '../../../core/review/source.ts';
import { sealText } from '../../../core/session/seal-text.ts';
import type { Verification } from '../../../core/session/verify.ts';
import { type Segment, Segments } from '../../segments.tsx';
import { clean } from '../../line.tsx';
import type { Theme } from '../../theme.ts';
import { wrapWords } from '../../wrap.ts';
import type { Seal } from './session-state.ts';

export interface FactsProps {
  readonly session: ReviewedSession;
  readonly seal: Seal;
  readonly theme: Theme;
  readonly columns: number;
}

/** Cells of `policy` and of what stands between it and what is said. */
const LABEL = 8;
/** Of the seal. More of it is told by v. */
const SEAL_LINES = 3;

/** Who, what, by which policy: a line each; and the seal, in as many as `sealLines` says. */
export function Facts({ session, seal, theme, columns }: FactsProps): ReactElement {
  const { start } = session.index;
  const attended = start?.attended === false ? ', unattended' : '';
  const trusted = start?.unattended_possible === true ? '; an agent with a shell could have trusted it' : '';
  const who = `${start?.subject ?? '-'}${attended}, in ${start?.workspace ?? '-'}`;
  return (
    <Box flexDirection="column">
      <Fact label="who" of={{ text: who }} theme={theme} />
      <Fact label="what" of={{ text: start?.argv?.join(' ') ?? start?.upstream ?? '-' }} theme={theme} />
      <Fact label="policy" of={{ text: `${start?.policy ?? '-'}${trusted}` }} theme={theme} />
      {sealLines({ session, seal, theme, columns }).map((line, at) => (
        <Fact key={at} label={at === 0 ? 'seal' : ''} of={line} theme={theme} />
      ))}
    </Box>
  );
}

function Fact({ label, of, theme }: { label: string; of: Segment; theme: Theme }): ReactElement {
  return <Segments of={[{ text: label.padEnd(LABEL), style: theme.quiet }, of]} />;
}

/** What is said of the seal: why it is bad, or whose it is, stands at the end and must not be cut away. */
export function sealLines({ session, seal, theme, columns }: FactsProps): Segment[] {
  const { text, style = {} } = sealOf(session, seal, { theme, columns });
  const lines = wrapWords(clean(text), columns - LABEL);
  const last = lines.length > SEAL_LINES ? SEAL_LINES - 1 : undefined;
  return lines.slice(0, SEAL_LINES).map((line, at) => ({ text: at === last ? `${line} …` : line, style }));
}

type Look = Pick<FactsProps, 'theme' | 'columns'>;

// Nothing is said of a seal that was not checked.
function sealOf({ id, isLive, index }: ReviewedSession, seal: Seal, look: Look): Segment {
  const { theme } = look;
  if (index.problem !== undefined) return { text: `DAMAGED: ${index.problem}`, style: theme.bad };
  if (seal.kind === 'failed') return { text: `not verified: ${seal.why}`, style: theme.bad };
  if (seal.kind === 'verified') return checked(id, seal.verification, look);
  const isOpen = isLive && index.end === undefined;
  return { text: isOpen ? 'not sealed yet: it is being recorded' : 'verifying…', style: theme.quiet };
}

function checked(session: string, verification: Verification, { theme, columns }: Look): Segment {
  const text = withShortKey(sealText({ session, verification }), columns);
  if (!verification.ok) return { text, style: theme.bad };
  if (verification.seal !== 'timely') return { text, style: theme.warning };
  return { text: `verified: ${text}`, style: theme.good };
}

// What is said behind the key matters more than all of it: that is told by v.
function withShortKey(text: string, columns: number): string {
  return text.replace(/SHA256:([\w+/]{8})[\w+/]*/g, columns < 70 ? '$1…' : 'SHA256:$1…');
}
