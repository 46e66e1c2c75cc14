import type { Statement } from './lex.ts';

/** Words that stand in this order at the beginning of a statement, with others between them. `a|b` is either. */
export type Phrase = readonly (readonly string[])[];

/** Reads phrases as they are written in tables: one a line. */
export function phrases(table: string): readonly Phrase[] {
  return table
    .trim()
    .split('\n')
    .map((line) =>
      line
        .trim()
        .split(/\s+/)
        .map((word) => word.split('|')),
    );
}

/** Whether a statement begins with one of them: with its first word, and the others somewhere after it. */
export function says(statement: Statement, table: readonly Phrase[]): boolean {
  return table.some((phrase) => follows(statement, phrase));
}

function follows(statement: Statement, [first = [], ...rest]: Phrase): boolean {
  if (!first.includes(statement[0] ?? '')) return false;
  let at = 1;
  return rest.every((word) => {
    const found = statement.findIndex((candidate, index) => index >= at && word.includes(candidate));
    at = found + 1;
    return found !== -1;
  });
}
