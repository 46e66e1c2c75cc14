/** The policies that come with hallpass, as anybody could write them. */
export const SHIPPED = {
  observe: `
version: 1
name: observe
rules: []
`,
  guard: `
version: 1
name: guard
extends: observe
definitions: { changed: flag, suspicious: flag }
rules: []
`,
  approve: `
version: 1
name: approve
extends: guard
definitions: { changed: hide }
rules:
  - id: privileged
    on: { method: tools/call, direction: to_server }
    when: privileged
    verdict: hold
    risk: high
    reason: It changes who may do what.
  - id: destructive
    on: { method: tools/call, direction: to_server }
    when: destructive
    verdict: hold
    risk: medium
    reason: It may destroy something.
`,
  locked: `
version: 1
name: locked
definitions: { changed: hide, suspicious: hide }
exceptions: deny
rules:
  - id: reads-secrets
    on: { direction: to_server }
    when: reads_secrets
    verdict: deny
    reason: It asks for what holds secrets.
  - id: unchecked
    when: unchecked
    verdict: deny
    reason: It holds binary that could not be inspected.
  - id: privileged
    on: { method: tools/call, direction: to_server }
    when: privileged
    verdict: hold
    risk: high
    reason: It changes who may do what.
  - id: destructive
    on: { method: tools/call, direction: to_server }
    when: >-
      destructive ||
      !(has(annotations.readOnlyHint) && annotations.readOnlyHint == true) &&
      !(has(annotations.destructiveHint) && annotations.destructiveHint == false)
    verdict: hold
    risk: medium
    reason: It may destroy something, or nobody has said that it does not.
`,
} as const;

/** Each in five lines: for whom, what it adds, what it does with a call, what it does not do, what comes next. */
export const ABOUT: Readonly<Record<ShippedName, readonly [string, string, string, string, string]>> = {
  observe: [
    'For finding out what passes, before anything is decided.',
    'Secrets are masked in both directions, and all of it is recorded.',
    'No call is held or refused by a rule.',
    'A known secret where it can not be masked (an id, a cursor, a protocol word) stops the message, as under every policy.',
    'Next: guard, which is the default.',
  ],
  guard: [
    'The default, where nobody has chosen: it never gets in the way of a first run.',
    'As observe; known secrets do not leave, and the definitions of tools are pinned on first use.',
    'No call is held: what a server may do by its own credential, it does.',
    'What holds secrets may be read, and its values arrive masked: `env`, `cat .env`, `pg_authid`.',
    'Next: approve, once somebody is there to decide.',
  ],
  approve: [
    'For work on what matters, with somebody who decides; the recommended one with a hub.',
    'As guard; calls that destroy or that change who may do what are held until a person approves.',
    'DROP TABLE, rm -rf, CREATE USER, GRANT and the rotation of keys wait; all else goes on.',
    'It judges by the tool, its annotations and its arguments: it guards against mistakes, not against who hides what a call does.',
    'Next: rules of your own on top (extends: approve), or locked.',
  ],
  locked: [
    'For production and for agents that nobody watches.',
    'As approve; what no server has described is taken for destructive, and held.',
    'Calls that ask for what holds secrets are refused: `env`, `cat .env`, `kubectl get secret`, `pg_authid`.',
    'Binary that can not be inspected is refused, too, and no exception lets anything pass unmasked.',
    'Next: rules that allow what your own tools need (extends: locked).',
  ],
};

export type ShippedName = keyof typeof SHIPPED;

export const SHIPPED_NAMES = [
  'observe',
  'guard',
  'approve',
  'locked',
] as const satisfies readonly ShippedName[];

export function isShipped(name: string): name is ShippedName {
  return Object.hasOwn(SHIPPED, name);
}
