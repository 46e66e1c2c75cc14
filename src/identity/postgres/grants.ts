/** What a role may do with a table, or the role that it is a member of. */
export type Grant =
  | {
      readonly schema: string;
      /** Undefined: every table there is in the schema. */
      readonly table: string | undefined;
      readonly privileges: readonly Privilege[];
    }
  | { readonly role: string };

type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

const PRIVILEGES: Readonly<Record<string, readonly Privilege[]>> = {
  read: ['SELECT'],
  write: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  insert: ['INSERT'],
  update: ['UPDATE'],
  delete: ['DELETE'],
};

// Names are as the catalog has them: case counts, and only a schema's can't hold a dot.
const TABLE = /^(read|write|insert|update|delete):([^.]+)\.(.+)$/s;
const ROLE = /^role:(.+)$/s;
// PostgreSQL cuts off what is longer, and then it would be another name (NAMEDATALEN, 64 with the NUL).
const NAME_BYTES = 63;

/** `read:SCHEMA.TABLE`, `write:SCHEMA.*`, `role:NAME`…; undefined: this is none. */
export function parseGrant(text: string): Grant | undefined {
  const [, role] = ROLE.exec(text) ?? [];
  if (role !== undefined) return isName(role) ? { role } : undefined;
  const [, word = '', schema = '', table = ''] = TABLE.exec(text) ?? [];
  const privileges = PRIVILEGES[word];
  if (privileges === undefined || !isName(schema) || !isName(table)) return undefined;
  return { schema, table: table === '*' ? undefined : table, privileges };
}

function isName(text: string): boolean {
  // Control characters have no place in a name that is shown to people.
  return Buffer.byteLength(text) <= NAME_BYTES && !/\p{Cc}/u.test(text) && text.isWellFormed();
}

/** Whether all that is asked for is granted. */
export function covers(granted: readonly Grant[], asked: Grant): boolean {
  if ('role' in asked) return granted.some((grant) => 'role' in grant && grant.role === asked.role);
  const fitting = granted.filter(
    (grant) =>
      'schema' in grant &&
      grant.schema === asked.schema &&
      (grant.table === undefined || grant.table === asked.table),
  );
  const given = new Set(fitting.flatMap((grant) => ('schema' in grant ? grant.privileges : [])));
  return asked.privileges.every((privilege) => given.has(privilege));
}
