import { ask } from './ask.ts';

/**
 * Asks the person on stderr; only where stdin and stderr are terminals. Enter alone is the usual answer, no unless told
 * otherwise; anything else but yes is no, and so is the end of the input. Throws Interrupted.
 */
export async function confirm(question: string, options: { usually?: boolean } = {}): Promise<boolean> {
  const { usually = false } = options;
  const answer = await ask(`${question} ${usually ? '[Y/n]' : '[y/N]'} `);
  return answer?.trim() === '' ? usually : /^\s*y(es)?\s*$/i.test(answer ?? '');
}
