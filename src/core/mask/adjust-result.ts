import { splice, toText, type Splice } from '../bytes.ts';
import { isCacheable, withoutCaching } from '../jsonrpc/caching.ts';
import { resultFields, valuesOf, type ResultFields } from '../jsonrpc/result-fields.ts';
import { fitsSchema } from '../jsonrpc/schema-fit.ts';
import { LIMITS } from '../limits.ts';
import type { Slices } from '../slices.ts';
import type { JsonFinding } from './masked-json.ts';
import { asError, STRUCTURED } from './unfit-result.ts';

/** The answer to a request, after masking has changed it. */
export interface MaskedAnswer {
  readonly bytes: Uint8Array;
  readonly findings: readonly JsonFinding[];
  /** What it answers. */
  readonly method: string | undefined;
  /** Of a tool's result, the schema of that tool, where it is known. */
  readonly schema: unknown;
}

/**
 * Makes an answer that masking has changed say so where the protocol has a word for it: that it holds for this client
 * only, and that it no longer fits the schema that the client may hold it against. Spliced like all else.
 */
export function* adjustResult(answer: MaskedAnswer, slice: number): Slices<Uint8Array> {
  const { bytes, method, schema } = answer;
  const withheld = answer.findings.filter(({ at }) => PLACE.test(at));
  const isHeldAgainst = schema !== undefined && withheld.length > 0;
  if (!isHeldAgainst && !isCacheable(method)) return bytes;
  const fields = yield* resultFields(bytes, slice);
  return splice(
    bytes,
    isHeldAgainst ? unfit(bytes, fields, { schema, withheld }) : withoutCaching(bytes, fields),
  );
}

const PLACE = /^\/result\/structuredContent(?:\/|$)/;

const TRUE = 0x74;

function unfit(
  bytes: Uint8Array,
  fields: ResultFields,
  { schema, withheld }: { schema: unknown; withheld: readonly JsonFinding[] },
): Splice[] {
  // Of a call that failed it can't be said that it succeeded.
  const flags = valuesOf(fields, 'isError');
  if (flags.some(({ start }) => bytes[start] === TRUE)) return [];
  const isFit = valuesOf(fields, STRUCTURED).every(
    ({ start, end }) =>
      end - start <= LIMITS.schemaCheckBytes &&
      fitsSchema(schema, JSON.parse(toText(bytes.subarray(start, end)))),
  );
  return isFit ? [] : asError(bytes, fields, withheld);
}
