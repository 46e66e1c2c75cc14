import { appendFileSync } from 'node:fs';

import type { RunResult } from '../app/run.ts';
import type { Tried } from '../app/upload-spooled.ts';
import { LIMITS } from '../core/limits.ts';
import { visible } from '../core/visible.ts';

/** What a step's summary says of a session. */
export interface Summed {
  readonly result: RunResult;
  readonly uploaded: Tried | undefined;
}

/**
 * Appends to the page that GitHub shows of a step.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 */
export function addStepSummary(file: string, summed: Summed, note: (line: string) => void): void {
  try {
    appendFileSync(file, stepSummary(summed));
  } catch (error) {
    // The step is none the worse for it.
    note(
      `the summary of this step could not be written: ${error instanceof Error ? error.message : 'unknown'}`,
    );
  }
}

/** Markdown: what was injected, what was masked and where, and where the session is. */
export function stepSummary({ result, uploaded }: Summed): string {
  const { session, end, secrets, exposed, leaks, leaked, injected, sealed } = result;
  const shown = leaks.slice(0, LIMITS.summaryLeaks);
  return [
    '### hallpass run',
    '',
    `The command ${end.signal === undefined ? `exited with ${end.code}` : `was ended by ${end.signal}`}.`,
    '',
    `- Session \`${session}\`, ${sealed ? 'sealed' : '**not sealed**'}${whereText(uploaded)}`,
    `- Injected: ${injected.length === 0 ? 'nothing' : injected.map(code).join(', ')}`,
    `- ${secrets} secret${secrets === 1 ? '' : 's'} masked, ${exposed} exposed`,
    ...(shown.length === 0 ? [] : ['', '| stream | line | secret | rule |', '| --- | --- | --- | --- |']),
    ...shown.map(
      (leak) => `| ${leak.stream} | ${leak.line} | ${code(leak.placeholder)} | ${code(leak.rule)} |`,
    ),
    ...(leaked > shown.length ? ['', `… and ${leaked - shown.length} more.`] : []),
    '',
    '',
  ].join('\n');
}

function whereText(uploaded: Tried | undefined): string {
  if (uploaded === undefined) return ', on this machine';
  const { result, error } = uploaded;
  return error === undefined
    ? `, at ${result.hub}`
    : `, not at ${result.hub}: ${visible(error.message, { oneLine: true })}`;
}

function code(text: string): string {
  return `\`${visible(text, { oneLine: true }).replaceAll(/[`|]/g, '')}\``;
}
