import { Box } from 'ink';
import type { ReactElement } from 'react';

import { mayPass } from '../../../core/mask/exceptions.ts';
import type { FindingRecord } from '../../../core/session/event.ts';
import { visible } from '../../../core/visible.ts';
import { type Segment, Segments } from '../../segments.tsx';
import type { Theme } from '../../theme.ts';
import { wrapWords } from '../../wrap.ts';

/** How many lines it takes. */
export const WHY_LINES = 5;
const LABEL = 9;

export interface WhyProps {
  readonly explained: FindingRecord;
  /** Which of how many, from 0. */
  readonly number: number;
  readonly of: number;
  readonly theme: Theme;
  readonly columns: number;
}

/** Why something was masked: the rule, where, for what reason, and the exception that would let it pass. */
export function Why({ explained, number, of, theme, columns }: WhyProps): ReactElement {
  const { rule, at, why, placeholder } = explained;
  const isMasked = placeholder !== '';
  const which = of === 1 ? 'the finding' : `finding ${Math.min(number, of - 1) + 1} of ${of}`;
  const head = ` ${isMasked ? 'why masked' : 'NOT MASKED'}: ${which} `;
  const rest = '─'.repeat(Math.max(0, columns - 2 - head.length));
  const [reason = '', more] = wrapWords(visible(why, { oneLine: true }), columns - LABEL);
  return (
    <Box flexDirection="column">
      <Segments
        of={[
          { text: '──', style: theme.quiet },
          { text: head, style: isMasked ? theme.masked : theme.bad },
          { text: rest, style: theme.quiet },
        ]}
      />
      <Fact
        label="rule"
        of={[{ text: rule, style: theme.title }, { text: `  at ${at === '' ? '/' : at}` }]}
        theme={theme}
      />
      <Fact label="why" of={[{ text: more === undefined ? reason : `${reason} ${more}` }]} theme={theme} />
      <Fact label="shown as" of={[shownAs(placeholder, theme)]} theme={theme} />
      <Fact label="allow it" of={[howToAllow(explained, theme)]} theme={theme} />
    </Box>
  );
}

function Fact({ label, of, theme }: { label: string; of: readonly Segment[]; theme: Theme }): ReactElement {
  return <Segments of={[{ text: label.padEnd(LABEL), style: theme.quiet }, ...of]} />;
}

function shownAs(placeholder: string, theme: Theme): Segment {
  if (placeholder !== '') return { text: placeholder, style: theme.masked };
  return { text: 'what it is, or not at all: nothing stands in for it', style: theme.bad };
}

function howToAllow({ rule, placeholder }: FindingRecord, theme: Theme): Segment {
  if (placeholder === '') return { text: '-', style: theme.quiet };
  if (mayPass({ rule })) return { text: `hallpass allow ${placeholder}`, style: theme.accent };
  const why =
    rule === 'known' ? 'never: it is known to be a secret' : 'only the policy can that has this rule';
  return { text: why, style: theme.quiet };
}
