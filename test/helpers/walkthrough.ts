import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import process from 'node:process';

import { approveDevice } from './web-forms.ts';

/** What is typed at a terminal of a document, and what the document says will come of it. */
export interface Step {
  /** '' for the usual one. What is started at another one goes on until `^C`. */
  readonly terminal: string;
  /** '' for nothing: more is said there. */
  readonly typed: string;
  /** Lines; `…` stands for any number of them. */
  readonly expected: readonly string[];
}

/** A document as its lines, and the steps among them. */
export type Part = string | Step;

/** Reads the blocks of `console` or `console NAME`: after `$ ` and `> ` a person types, the rest is what is said. */
export function readSteps(document: string): Part[] {
  const parts: (string | (Step & { expected: string[]; typed: string }))[] = [];
  let terminal: string | undefined;
  for (const line of document.split('\n')) {
    const fence = /^```(?:console ?(\w*))?/.exec(line);
    const last = parts.at(-1);
    if (fence !== null) terminal = fence[1];
    if (terminal === undefined || fence !== null) parts.push(line);
    else if (line.startsWith('$ ')) parts.push({ terminal, typed: line.slice(2), expected: [] });
    else if (line === '^C') parts.push({ terminal, typed: '^C', expected: [] });
    else if (typeof last !== 'object') parts.push({ terminal, typed: '', expected: [line] });
    else if (last.typed !== '' && line.startsWith('> ') && last.expected.length === 0)
      last.typed += `\n${line.slice(2)}`;
    else last.expected.push(line);
  }
  return parts;
}

/** The document with what was really said. */
export function writeSteps(parts: readonly Part[]): string {
  return parts
    .flatMap((part) => (typeof part === 'string' ? [part] : [...prompted(part.typed), ...part.expected]))
    .join('\n');
}

function prompted(typed: string): string[] {
  if (typed === '') return [];
  return [typed === '^C' ? typed : `$ ${typed.replaceAll('\n', '\n> ')}`];
}

const PROMPT = '@ready@';
const STEP_MS = 60_000;

/** A bash on a terminal of its own. */
export class Terminal {
  readonly #child: ChildProcessWithoutNullStreams;
  #said = '';
  /** How much of it was heard by who typed. */
  #heard = 0;
  #look: () => void = () => undefined;

  constructor(options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }) {
    const bash = ['bash', '--norc', '--noprofile', '--noediting', '-i'];
    const [command, ...args] =
      process.platform === 'darwin'
        ? ['script', '-q', '/dev/null', ...bash]
        : ['script', '-qfec', bash.join(' '), '/dev/null'];
    this.#child = spawn(command, args, { ...options, env: { ...options.env, PS1: PROMPT, PS2: '' } });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
      this.#look();
    });
  }

  /** Everything said so far, without escape sequences. */
  get said(): string {
    // oxlint-disable-next-line no-control-regex -- what a terminal does with them is not said
    return this.#said.replaceAll(/\u001b\[[\d;?]*[A-Za-z]|\r/g, '');
  }

  /** Waits until the shell asks for the first command, and has it not repeat what is typed. */
  async open(): Promise<void> {
    await this.#until(() => this.said.endsWith(PROMPT));
    await this.type('stty -echo');
  }

  /**
   * Types a command and resolves with the lines that it said: when it has ended, or, with `expected`, as soon as it has
   * said all of that; with nothing to type, what else has come. A question is answered, and a device login approved, as `expected` has it.
   */
  async type(typed: string, expected: readonly string[] = [], staysOn = false): Promise<string[]> {
    const from = typed === '' ? this.#heard : this.said.length;
    if (typed !== '') this.#child.stdin.write(typed === '^C' ? '\u0003' : `${typed}\n`);
    const unattended = new Set([() => this.#answer(from, expected), () => this.#approve(from, expected)]);
    await this.#until(() => {
      for (const act of unattended) if (act()) unattended.delete(act);
      const said = this.said.slice(from);
      return staysOn ? matches([...expected, '…'], linesOf(said)) : said.endsWith(PROMPT);
    });
    this.#heard = this.said.length;
    return linesOf(this.said.slice(from));
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }

  #answer(from: number, expected: readonly string[]): boolean {
    const asked = this.said.slice(from).endsWith('[y/N] ');
    const [, answer = 'n'] = /\[y\/N\] (\w+)/.exec(expected.join('\n')) ?? [];
    if (asked) this.#child.stdin.write(`${answer}\n`);
    return asked;
  }

  #approve(from: number, expected: readonly string[]): boolean {
    const [address] = /http:\S+user_code=\S+/.exec(this.said.slice(from)) ?? [];
    const [, account = ''] = /^Logged in as (\w+)/m.exec(expected.join('\n')) ?? [];
    if (address === undefined) return false;
    approveDevice(address, account).catch(() => this.#child.kill());
    return true;
  }

  #until(isReached: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the terminal says no more:\n${this.said}`)), STEP_MS);
      this.#look = () => {
        if (!isReached()) return;
        clearTimeout(timer);
        this.#look = () => undefined;
        resolve();
      };
      this.#look();
    });
  }
}

function linesOf(said: string): string[] {
  const lines = said.replaceAll(PROMPT, '').trimEnd().split('\n');
  return lines[0] === '' ? lines.slice(1) : lines;
}

/** Whether lines were said as expected but for what differs from run to run, in any order: two streams share a terminal. */
export function matches(expected: readonly string[], said: readonly string[]): boolean {
  const open = said.map(general);
  for (const line of expected.filter((one) => one !== '…').map(general)) {
    const at = open.indexOf(line);
    if (at === -1) return false;
    open.splice(at, 1);
  }
  return expected.includes('…') || open.length === 0;
}

/** A line without what differs from run to run. */
export function general(line: string): string {
  return line
    .trimEnd()
    .replaceAll(/hpm_\w+/g, 'hpm')
    .replaceAll(/\beyJ\S+/g, 'TOKEN')
    .replaceAll(/SHA256:\S+/g, 'SHA256')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'DIGEST')
    .replaceAll(/\/\S*\/hallpass-hub-\w+/g, 'HUB')
    .replaceAll(/\bapr_[0-9a-f]{20}\b/g, 'APPROVAL')
    .replaceAll(/\b[0-9a-z]{12}\b/g, 'ID')
    .replaceAll(/\b[A-Z]{4}-[A-Z]{4}\b/g, 'CODE')
    .replaceAll(/ \S+@\w\S*/g, ' subject')
    .replaceAll(/\d[\d.,:TZ-]*/g, 'N')
    .replaceAll(/ +/g, ' ');
}
