import process from 'node:process';
import { createInterface } from 'node:readline/promises';

/** Asks the person on stderr; anything but yes is no. Only where stdin and stderr are terminals. */
export async function confirm(question: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
