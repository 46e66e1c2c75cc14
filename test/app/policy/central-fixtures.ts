import { compilePattern } from '../../../src/app/policy/masking-pattern.ts';
import type { CentralRules } from '../../../src/core/mask/central/central.ts';
import { createMasker, type LiveMasker } from '../../../src/core/mask/masker.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';

export function centralRules(...regexes: readonly string[]): CentralRules {
  return {
    patterns: regexes.map((regex, at) => {
      const { longest, literals, lead, first, find } = compilePattern({ regex, maxLength: 256 });
      return { longest, literals, lead, first, find, rule: `central_r${at}`, why: 'a test' };
    }),
    fields: [],
    severities: new Map(),
    vendors: undefined,
    pii: [],
  };
}

export function maskerWith(central: CentralRules): LiveMasker {
  return createMasker({ placeholders: new Placeholders(new Uint8Array(32).fill(7)), central });
}
