import { Chalk } from 'chalk';

import { readEnvironment } from '../platform/environment.ts';

/** Colours by what they mean. Each gives the text back as it was where colour is not wanted. */
export interface Colours {
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly quiet: (text: string) => string;
}

/** Colours for a stream: only a terminal gets them, and only where NO_COLOR, CI and TERM=dumb don't forbid it. */
export function coloursFor({ isTty }: { isTty: boolean }): Colours {
  const chalk = new Chalk({ level: wantsColour({ isTty }) ? 1 : 0 });
  return {
    good: (text) => chalk.green(text),
    warning: (text) => chalk.yellow(text),
    bad: (text) => chalk.red(text),
    quiet: (text) => chalk.dim(text),
  };
}

/** Whether a stream is one that gets colours. */
export function wantsColour({ isTty }: { isTty: boolean }): boolean {
  const { variables, ci } = readEnvironment();
  return isTty && !variables['NO_COLOR'] && !ci && variables['TERM'] !== 'dumb';
}
