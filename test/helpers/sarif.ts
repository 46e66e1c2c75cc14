import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

interface Message {
  readonly text: string;
}

/** What of a SARIF log the tests look at. */
export interface SarifLog {
  readonly version: string;
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly message: Message;
      readonly locations: readonly { readonly physicalLocation: object }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly properties?: Readonly<Record<string, unknown>>;
    }[];
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  }[];
}

/** The log in `text`, which the published schema of SARIF 2.1.0 has no fault to find with; else what it finds. */
export function readSarif(text: string): SarifLog {
  const log: unknown = JSON.parse(text);
  if (!validate(log)) throw new Error(ajv.errorsText(validate.errors, { separator: '\n' }));
  return log as SarifLog;
}

const ajv = new Ajv({
  strictSchema: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
  unicodeRegExp: false,
});
addFormats.default(ajv);
const validate = ajv.compile(publishedSchema());

// OASIS's, as it comes with the matchers for Jest: of draft 04, of which it has nothing that later drafts have not but its own id.
function publishedSchema(): object {
  const { $schema: _, id: __, ...rest } = schema;
  return rest;
}
