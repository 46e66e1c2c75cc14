/** A comment `hallpass:allow [RULE[, RULE…]] [— reason]` in a scanned file. */
export interface AllowComment {
  /** The rules that it is about; none: all of them. */
  readonly rules: readonly string[];
  readonly reason: string | undefined;
}

const MARK = 'hallpass:allow';
const RULES = /^[ \t]+([a-z0-9_]+(?:,[ \t]*[a-z0-9_]+)*)(?![\w-])/;
const REASON = /^[ \t]*(?:—|–|--|:|#)[ \t]*(\S.*)$/;
/** What ends a comment in the languages that have to. */
const CLOSING = /[ \t]*(?:\*\/|-->|\*\)|#>|-\}|%>|\}\})[ \t]*$/;
const WORD = /[\p{L}\p{N}]/u;

/**
 * What a comment on the line of a finding says, or one that has the line above for itself: a comment behind other text is
 * about its own line alone.
 */
export function allowComment(around: {
  readonly before: string;
  readonly after: string;
  readonly above: string;
}): AllowComment | undefined {
  return (
    read(around.after) ?? read(around.before) ?? (standsAlone(around.above) ? read(around.above) : undefined)
  );
}

/** Whether the comment allows a finding of this rule. */
export function allowsRule({ rules }: AllowComment, rule: string): boolean {
  return rules.length === 0 || rules.includes(rule);
}

function standsAlone(line: string): boolean {
  const at = line.indexOf(MARK);
  return at !== -1 && !WORD.test(line.slice(0, at));
}

function read(text: string): AllowComment | undefined {
  const at = text.indexOf(MARK);
  const next = at === -1 ? undefined : text[at + MARK.length];
  if (at === -1 || (next !== undefined && /[\w:-]/.test(next) && !text.startsWith('--', at + MARK.length)))
    return undefined;
  const rest = text.slice(at + MARK.length).replace(CLOSING, '');
  const named = RULES.exec(rest);
  const rules = named?.[1]?.split(/,[ \t]*/) ?? [];
  return { rules, reason: REASON.exec(rest.slice(named?.[0].length ?? 0))?.[1] };
}
