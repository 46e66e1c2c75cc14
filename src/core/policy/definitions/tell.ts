import { visible } from '../../visible.ts';
import type { DefinitionBody } from '../../session/event.ts';
import { LIMITS } from '../../limits.ts';
import type { DefinitionKind } from './definition.ts';
import type { FieldChange } from './difference.ts';
import type { Notice } from './notices.ts';

/** What the session log keeps of a notice. */
export function definitionBody(notice: Notice): DefinitionBody {
  const { change, what, name, count, action, reason, fields } = notice;
  const unlisted = fields.length - LIMITS.definitionChanges;
  return {
    kind: 'definition',
    change,
    what,
    reason,
    action: action === 'hide' ? 'hide' : 'flag',
    ...(name !== undefined && { name }),
    ...(count !== undefined && { count }),
    ...(fields.length > 0 && { fields: fields.slice(0, LIMITS.definitionChanges) }),
    ...(unlisted > 0 && { unlisted_fields: unlisted }),
    // What accepts them is a command on this machine: an agent with a shell has it, too.
    ...(change === 'accepted' && { unattended_possible: true as const }),
  };
}

/** What a person who watches is told of a notice, line by line; nothing of what is no news. */
export function noticeLines(notice: Notice, connection: string): string[] {
  const { change, action, reason, fields, isNew } = notice;
  if (change === 'pinned' || change === 'accepted') return [];
  if (change === 'suspicious' && action !== 'hide' && !isNew) return [];
  const done = action === 'hide' ? 'hidden' : 'flagged';
  const said = `${connection}: ${definitionName(notice)} is ${done}: ${reason}`;
  if (change !== 'changed' && change !== 'added') return [visible(said, { oneLine: true })];
  const how = `to accept it as it is now: ${acceptCommand(connection)}`;
  return [
    visible(`${said}; ${how}`, { oneLine: true }),
    ...(isNew && change === 'changed' ? diffLines(fields) : []),
  ];
}

/** Which parts differ, and how: nothing in it runs in the terminal. */
export function diffLines(fields: readonly FieldChange[], most: number = LIMITS.definitionChanges): string[] {
  const shown = fields.slice(0, most).flatMap(changeLines);
  const rest = fields.length - most;
  const lines = rest > 0 ? [...shown, `  and ${rest} more`] : shown;
  return lines.map((line) => visible(line, { oneLine: true }));
}

function changeLines({ at, before, after }: FieldChange): string[] {
  if (before === undefined && after === undefined) return ['  what differs is not kept, or masked in both'];
  const lines = [`  ${at === '' ? '(all of it)' : at}`];
  if (before !== undefined) lines.push(`    - ${before}`);
  if (after !== undefined) lines.push(`    + ${after}`);
  return lines;
}

/** `tool “query”`, or the server's instructions. */
export function definitionName({
  what,
  name = '',
}: {
  what: DefinitionKind;
  name?: string | undefined;
}): string {
  if (what === 'instructions') return 'what the server says of itself (instructions)';
  return `${NAMES[what]} “${name}”`;
}

const NAMES = {
  tool: 'tool',
  prompt: 'prompt',
  template: 'resource template',
  resource: 'resource',
} as const;

function acceptCommand(connection: string): string {
  return /^[\w.-]+$/.test(connection) ? `hallpass trust --tools ${connection}` : 'hallpass trust --tools';
}
