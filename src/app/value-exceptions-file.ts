import { z } from 'zod';

import { parseYamlFile } from './yaml-file.ts';
import { withItem } from './yaml-items.ts';

/** A value that a person lets pass where it would be masked. */
export interface ValueExceptionEntry {
  readonly placeholder: string;
  /** Only there; undefined: wherever this workspace's values go. */
  readonly connection: string | undefined;
  /** Only where this rule finds it; undefined: whichever does. */
  readonly rule: string | undefined;
  readonly reason: string | undefined;
  readonly date: string | undefined;
}

const PLACEHOLDER = /^hpm_[a-z0-9_]+_[a-z2-7]{16,}$/;

/** Whether it has the form of a placeholder. Whose, only the key of its workspace tells. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

const entry = z.strictObject({
  placeholder: z
    .string()
    .regex(PLACEHOLDER, 'a placeholder is what stands where something was masked: hpm_…'),
  connection: z.string().min(1).optional(),
  rule: z.string().min(1).optional(),
  reason: z.string().optional(),
  date: z.string().optional(),
});

const valueExceptionsFile = z.strictObject({
  version: z.literal(1).optional(),
  exceptions: z.array(entry).default([]),
});

/**
 * Reads a person's `exceptions.yaml`.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export function parseValueExceptions(text: string, file: string): ValueExceptionEntry[] {
  const { exceptions } = parseYamlFile({ text, file, schema: valueExceptionsFile, keysAt });
  return exceptions.map(({ placeholder, connection, rule, reason, date }) => {
    return { placeholder, connection, rule, reason, date };
  });
}

const NEW_FILE = `# Values that pass unmasked through hallpass connect and run, by their placeholders: docs/exceptions.md.
version: 1
`;

/** The file with one exception more; comments and order stay. `text` is a file that `parseValueExceptions` accepts. */
export function withValueException(text: string | undefined, added: ValueExceptionEntry): string {
  const present = Object.entries(added).filter(([, value]) => value !== undefined);
  const before = text === undefined || text.trim() === '' ? NEW_FILE : text;
  return withItem(before, 'exceptions', Object.fromEntries(present));
}

function keysAt({ length }: readonly PropertyKey[]): readonly string[] {
  return Object.keys(length === 0 ? valueExceptionsFile.shape : entry.shape);
}
