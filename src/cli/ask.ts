import process from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';

import { Interrupted } from './interrupted.ts';

/**
 * Asks the person on stderr for one line, without showing what is typed if it is `hidden`. Undefined: they closed the
 * input (Ctrl-D) instead. Throws Interrupted on Ctrl-C. In any case the terminal is as it was.
 */
export async function ask(question: string, { hidden = false } = {}): Promise<string | undefined> {
  const output = hidden ? nowhere() : process.stderr;
  const prompt = createInterface({ input: process.stdin, output, terminal: true });
  // Only now is the echo off.
  if (hidden) process.stderr.write(question);
  let answer: string | undefined;
  try {
    answer = await answerTo(prompt, hidden ? '' : question);
    return answer;
  } finally {
    prompt.close();
    // Enter was echoed with what was typed, and with nothing else.
    if (hidden || answer === undefined) process.stderr.write('\n');
  }
}

// While readline reads, the terminal is raw: Ctrl-C is a key and no signal.
function answerTo(prompt: Interface, question: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    prompt.once('SIGINT', () => reject(new Interrupted()));
    prompt.once('close', () => resolve(undefined));
    prompt.question(question, resolve);
  });
}

// readline echoes to its output, so its output is nowhere.
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
