import process from 'node:process';
import { styleText } from 'node:util';

const WIDTH = 100;
const INDENT = '   ';

let printed = '';

/** All that the demo has printed. */
export function everythingPrinted(): string {
  return printed;
}

/** What it is all about. */
export function title(text: string): void {
  print(styleText('bold', text));
}

/** A numbered step of the story. */
export function act(number: number, text: string): void {
  print(`\n${styleText('bold', `${number}  ${text}`)}`);
}

/** A line of the story. */
export function tell(text = ''): void {
  print(text === '' ? '' : `${INDENT}${text}`);
}

/** A command as a person would type it, and then what it said. */
export function shell(command: string, output: string): void {
  print(`${INDENT}${styleText('cyan', `$ ${command}`)}`);
  for (const line of output.trimEnd().split('\n'))
    print(`${INDENT}  ${colour(fit(line, WIDTH - 5))}`.trimEnd());
}

/** Rows of cells, each column as wide as its widest. */
export function table(rows: readonly (readonly string[])[], headings?: readonly string[]): void {
  const all = headings === undefined ? rows : [headings, ...rows];
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const lay = (cells: readonly string[]) =>
    fit(
      cells
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
      WIDTH - INDENT.length,
    );
  if (headings !== undefined) print(`${INDENT}${styleText('dim', lay(headings))}`);
  for (const row of rows) print(`${INDENT}${colour(lay(row))}`);
}

/** Something that was expected, and happened. */
export function proven(text: string): void {
  print(`${INDENT}${styleText('green', '✓')} ${text}`);
}

/** Cuts a line that is too long for its place. */
export function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

// Placeholders are what to look at.
function colour(text: string): string {
  return text.replaceAll(/hpm_\w+/g, (placeholder) => styleText('yellow', placeholder));
}

function print(line: string): void {
  printed += `${line}\n`;
  process.stdout.write(`${line}\n`);
}
