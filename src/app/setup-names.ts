/** A name for a server's connection that nobody has: its own, with the client's, with a number. */
export function freeName(server: string, client: string, taken: readonly string[]): string {
  const slug =
    fit(server.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|[-.]+$/g, '')) || 'server';
  return firstFree([slug, fit(`${slug}-${client}`)], taken);
}

/** A name for a secret of a connection that nobody has. */
export function secretNameFor(connection: string, key: string, taken: readonly string[]): string {
  const words = `${connection}.${key}`.replace(/[^A-Za-z0-9_.-]/g, '_');
  return firstFree([fit(/^[A-Za-z]/.test(words) ? words : `s_${words}`)], taken);
}

/** Names of both kinds have 63 characters; some are left for a number. */
const LONGEST = 56;

function fit(name: string): string {
  return name.slice(0, LONGEST);
}

function firstFree(wishes: readonly string[], taken: readonly string[]): string {
  const isFree = (name: string): boolean => !taken.includes(name);
  const wish = wishes.find(isFree);
  if (wish !== undefined) return wish;
  for (let number = 2; ; number += 1) if (isFree(`${wishes[0]}-${number}`)) return `${wishes[0]}-${number}`;
}
