/**
 * The commands in the order a person meets them; `--help` and the README show them so. A name that isn't built yet is
 * left out there.
 */
const COMMAND_GROUPS = {
  Everyday: ['scan', 'setup', 'connect', 'authorize', 'run', 'review', 'doctor'],
  Team: ['login', 'logout', 'whoami', 'mint', 'approvals', 'sessions', 'verify'],
  Advanced: ['policy', 'trust', 'allow', 'secret', 'hub', 'demo', 'autocomplete'],
} as const;

export interface CommandGroup<T> {
  readonly title: string;
  /** Sub-commands (`sessions:list`) stand where their topic stands. */
  readonly commands: readonly T[];
}

/** Sorts commands into the three groups. A command that belongs to none throws: every command has its place. */
export function groupCommands<T extends { readonly id: string }>(commands: readonly T[]): CommandGroup<T>[] {
  const groups = Object.entries(COMMAND_GROUPS).map(([title, topics]) => ({
    title,
    commands: topics.flatMap((topic) => commands.filter((command) => topicOf(command.id) === topic)),
  }));
  const placed = new Set(groups.flatMap((group) => group.commands));
  const homeless = commands.filter((command) => !placed.has(command));
  if (homeless.length > 0)
    throw new Error(`no group for ${homeless.map((command) => command.id).join(', ')}`);
  return groups.filter((group) => group.commands.length > 0);
}

/** `sessions:list` and `sessions list` both belong to `sessions`. */
export function topicOf(id: string): string {
  return id.split(/[: ]/)[0] ?? id;
}
