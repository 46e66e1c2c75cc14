/** The policies that come with hallpass, as anybody could write them. docs/policy.md explains each in five lines. */
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
rules: []
`,
  approve: `
version: 1
name: approve
extends: guard
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
