import { folded } from './lex.ts';
import {
  ARGUMENTS_FOR_PEOPLE,
  ARGUMENTS_OF_COMMANDS,
  ARGUMENTS_OF_SQL,
  ARGUMENTS_OF_TEXT,
  NAMES_RUN,
  NAMES_SEARCH,
  NAMES_SHELL,
} from './names.ts';

/** A text among the arguments of a call. */
export interface ArgumentText {
  readonly text: string;
  /** `command`: a single word may be one, too. `shell`: so it may, and nothing of it is SQL. `sql`: nothing else. */
  readonly kind: 'command' | 'shell' | 'sql' | 'any';
}

/**
 * What of a call's arguments a server might run. What people are to read is none of it, nor is text that is stored or
 * sent, unless the tool's name says that it runs things.
 */
export function argumentTexts(args: unknown, tool: string): readonly ArgumentText[] {
  return [
    ...textsIn(args, {
      runs: NAMES_RUN.test(tool),
      isShell: NAMES_SHELL.test(tool),
      searches: NAMES_SEARCH.test(tool),
    }),
  ];
}

/** deleteUser, delete-user and DELETE_USER are one name. */
export function snakeName(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}

interface Kind {
  readonly runs: boolean;
  readonly isShell: boolean;
  readonly searches: boolean;
}

function* textsIn(args: unknown, kind: Kind): Generator<ArgumentText> {
  const waiting: { value: unknown; name: string }[] = [{ value: args, name: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, name } = next;
    if (isForPeople(name, kind)) continue;
    const means = kindOf(name, kind);
    if (typeof value === 'string') yield { text: folded(value), kind: means };
    else if (Array.isArray(value)) {
      // A command and its arguments, perhaps.
      if (value.every((part) => typeof part === 'string'))
        yield { text: folded(value.join(' ')), kind: means };
      for (const part of value) waiting.push({ value: part, name });
    } else if (value instanceof Map)
      for (const [key, part] of value) waiting.push({ value: part, name: snakeName(String(key)) });
  }
}

function kindOf(name: string, { runs, isShell }: Kind): ArgumentText['kind'] {
  if (isShell) return 'shell';
  if (ARGUMENTS_OF_SQL.has(name)) return 'sql';
  return runs || ARGUMENTS_OF_COMMANDS.has(name) ? 'command' : 'any';
}

function isForPeople(name: string, { runs, searches }: Kind): boolean {
  if (ARGUMENTS_FOR_PEOPLE.has(name)) return true;
  return !runs && (ARGUMENTS_OF_TEXT.has(name) || (searches && SEARCHED.has(name)));
}

const SEARCHED: ReadonlySet<string> = new Set(['query', 'q', 'pattern', 'keywords', 'term', 'terms']);
