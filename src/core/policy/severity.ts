/** How bad it is that something was found, or how much is at stake. */
export type Severity = 'none' | 'low' | 'medium' | 'high';

const ORDER: readonly Severity[] = ['none', 'low', 'medium', 'high'];

/** The highest of them; `none` of none. */
export function highest(severities: Iterable<Severity>): Severity {
  let top: Severity = 'none';
  for (const severity of severities) if (ORDER.indexOf(severity) > ORDER.indexOf(top)) top = severity;
  return top;
}
