export type Status = 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';

/** What a way of reaching the server came to: by check, the status. */
export type Checks = ReadonlyMap<string, Status>;

export interface Difference {
  readonly check: string;
  readonly direct: Status | undefined;
  readonly through: Status | undefined;
}

/**
 * What came out otherwise through a proxy than directly. A check that failed directly and no longer does is fine, be it
 * that it passes or that it no longer happens. What only informs (of each request, say) is no check.
 */
export function differences(direct: Checks, through: Checks): Difference[] {
  const checks = [...new Set([...direct.keys(), ...through.keys()])];
  return checks
    .map((check) => ({ check, direct: direct.get(check), through: through.get(check) }))
    .filter((pair) => pair.direct !== pair.through && !isBetter(pair));
}

function isBetter({ direct, through }: Difference): boolean {
  if (direct === 'FAILURE' || through === 'SUCCESS') return true;
  return [direct, through].every((status) => status === undefined || status === 'INFO');
}

const WORST: readonly Status[] = ['FAILURE', 'WARNING', 'SUCCESS', 'SKIPPED', 'INFO'];

/**
 * One for all checks of an id: its worst. Two clients that both do all that OAuth asks of them need not ask as often as each
 * other, and each time is a check.
 */
export function withoutRepeats(checks: Checks): Checks {
  const worst = new Map<string, Status>();
  for (const [name, status] of checks) {
    const id = name.replace(/#\d+$/, '');
    const before = worst.get(id) ?? 'INFO';
    worst.set(id, WORST.indexOf(status) < WORST.indexOf(before) ? status : before);
  }
  return worst;
}

/** Names for the checks of one scenario, of which several may have one id: the second is `id#2`. */
export function nameChecks(
  scenario: string,
  checks: readonly { readonly id: string; readonly status: Status }[],
): [string, Status][] {
  const seen = new Map<string, number>();
  return checks.map(({ id, status }) => {
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return [`${scenario}: ${id}${count > 1 ? `#${count}` : ''}`, status];
  });
}
