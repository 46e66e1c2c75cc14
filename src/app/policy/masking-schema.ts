import { z } from 'zod';

import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import { VENDOR_RULES } from '../../core/mask/rules/vendors.ts';
import { nearest } from '../../core/nearest.ts';
import type { Part } from '../yaml-problems.ts';
import { compilePattern } from './masking-pattern.ts';

// It is part of placeholders.
const id = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'an id is up to 40 small letters, digits and underscores');

const sample = z.string().min(1).max(LIMITS.maskingMatchBytes);

const common = {
  id,
  /** What it is, for people: `an employee number`. */
  why: z.string().min(1).max(LIMITS.reasonCharacters).optional(),
  severity: z.enum(['low', 'medium', 'high'], 'it is low, medium or high').default('high'),
  samples: z
    .strictObject({
      masked: z.array(sample).max(LIMITS.maskingSamples).default([]),
      clear: z.array(sample).max(LIMITS.maskingSamples).default([]),
    })
    .optional(),
};

const pattern = z
  .strictObject({
    ...common,
    regex: z.string().min(1).max(LIMITS.maskingMatchBytes),
    max_length: z.int().min(1).max(LIMITS.maskingMatchBytes).default(LIMITS.maskingMatchUsualBytes),
  })
  .transform((parsed, context) => {
    try {
      const compiled = compilePattern({ regex: parsed.regex, maxLength: parsed.max_length });
      return { ...parsed, compiled };
    } catch (error) {
      if (!(error instanceof HallpassError)) throw error;
      context.addIssue({ code: 'custom', path: ['regex'], message: error.message });
      return z.NEVER;
    }
  });

const fieldName = z
  .string()
  .regex(/^[\w .*?-]{2,64}$/, 'the name of a field is 2 to 64 letters, digits, blanks, _ - . and * or ?')
  .refine((text) => /[\w]{2}/.test(text), 'name at least two letters of it');

/** Where in a message, or in arguments. */
export const pointer = (example: string) =>
  z
    .string()
    .max(LIMITS.reasonCharacters)
    .regex(/^(?:\/[^/]+)+$/, `a path is a JSON pointer such as ${example}; * is one step, ** any`);

const field = z
  .strictObject({
    ...common,
    names: z.array(fieldName).default([]),
    paths: z.array(pointer('/params/arguments/*/ssn')).default([]),
  })
  .refine(({ names, paths }) => names.length + paths.length > 0, 'name at least one name or path');

const vendorIds = VENDOR_RULES.map((rule) => rule.id);

const vendor = z.string().superRefine((text, context) => {
  if (vendorIds.includes(text)) return;
  const part: Part = { start: 0, end: text.length, suggestion: nearest(text, vendorIds) };
  context.addIssue({
    code: 'custom',
    message: `there is no rule "${text}" (docs/rules.md)`,
    params: { part },
  });
});

export const maskingSection = z
  .strictObject({
    rules: z.array(pattern).max(LIMITS.maskingRules).default([]),
    fields: z.array(field).max(LIMITS.maskingRules).default([]),
    vendors: z.strictObject({ off: z.array(vendor).default([]) }).optional(),
    entities: z
      .array(z.enum(['card', 'iban', 'email', 'phone'], 'it is card, iban, email or phone'))
      .default([]),
  })
  .superRefine(({ rules, fields }, context) => {
    const ids = [...rules, ...fields].map((own) => own.id);
    for (const [at, name] of ids.entries()) {
      if (ids.indexOf(name) === at) continue;
      const path = at < rules.length ? ['rules', at, 'id'] : ['fields', at - rules.length, 'id'];
      context.addIssue({ code: 'custom', path, message: `"${name}" stands twice` });
    }
  });

export type MaskingSection = z.infer<typeof maskingSection>;

/** The keys that there are at a place within `masking`. */
export function maskingKeysAt([first, , place]: readonly PropertyKey[]): readonly string[] {
  if (place === 'samples') return ['masked', 'clear'];
  if (first === 'rules') return [...Object.keys(common), 'regex', 'max_length'];
  if (first === 'fields') return Object.keys(field.shape);
  return first === 'vendors' ? ['off'] : Object.keys(maskingSection.shape);
}
