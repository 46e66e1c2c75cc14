import type { Severity } from './severity.ts';

/** Rules that go by the name a value is given, and not by its own form. */
const BY_NAME: ReadonlySet<string> = new Set([
  'cookie',
  'secret_value',
  'service_key',
  'unnamed_token',
  'secret_field',
]);

const PERSONAL: ReadonlySet<string> = new Set(['card', 'iban', 'email', 'phone']);

/** How bad it is that a rule found something: what is known or has a vendor's form is a secret beyond doubt. */
export function severityOfRule(rule: string): Severity {
  if (PERSONAL.has(rule)) return 'low';
  return BY_NAME.has(rule) ? 'medium' : 'high';
}
