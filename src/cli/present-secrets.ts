import type { ListedSecret } from '../app/secrets.ts';
import type { Terminal } from './terminal.ts';

/** Stored secrets as a table. */
export function presentSecrets(secrets: readonly ListedSecret[], terminal: Terminal): void {
  if (secrets.length === 0) {
    terminal.note('No secret is stored. hallpass secret add NAME stores one.');
    return;
  }
  const width = Math.max(4, ...secrets.map(({ name }) => name.length));
  terminal.result(`${'NAME'.padEnd(width)}  ADDED       ORIGINS`);
  for (const { name, added_at, origins } of secrets)
    terminal.result(`${name.padEnd(width)}  ${added_at.slice(0, 10)}  ${origins.join(' ') || '-'}`);
}
