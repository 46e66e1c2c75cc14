import { z } from 'zod';

/**
 * The part of the SARIF 2.1.0 schema (errata 01) that a log of ours uses, with the names, types and limits that stand there:
 * no object may have other properties than its definition, `uri`s are references (RFC 3986), lines and columns begin at 1.
 */
const uriReference = z
  .string()
  .refine((text) => URL.canParse(text, 'file:///'), 'no URI reference')
  .refine((text) => /^[\x21-\x7e]*$/.test(text));

const message = z.strictObject({ text: z.string() });

const region = z
  .strictObject({
    startLine: z.int().min(1),
    startColumn: z.int().min(1),
    endLine: z.int().min(1),
    endColumn: z.int().min(1),
    byteOffset: z.int().min(0),
    byteLength: z.int().min(0),
  })
  .refine(({ startLine, endLine }) => startLine <= endLine);

const result = z.strictObject({
  ruleId: z.string(),
  level: z.enum(['none', 'note', 'warning', 'error']),
  message,
  locations: z.array(
    z.strictObject({
      physicalLocation: z.strictObject({
        artifactLocation: z.strictObject({ uri: uriReference }),
        region,
      }),
    }),
  ),
  partialFingerprints: z.record(z.string(), z.string()),
  properties: z.looseObject({ tags: z.array(z.string()).optional() }).optional(),
});

const rule = z.strictObject({
  id: z.string(),
  shortDescription: message,
  helpUri: z.url().optional(),
});

const run = z.strictObject({
  columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
  results: z.array(result),
  tool: z.strictObject({
    driver: z.strictObject({ name: z.string(), version: z.string(), rules: z.array(rule) }),
  }),
});

export const sarifLog = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(run),
});
