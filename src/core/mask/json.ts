import { walkInSlices } from '../jsonrpc/json-walk.ts';
import { runWhole, type Slices } from '../slices.ts';
import { JsonMasking } from './json-masking.ts';
import type { MaskedJson, MaskInput } from './masked-json.ts';

/**
 * Masks one JSON-RPC message (or a batch) byte-preservingly: only the spans of secrets change, every other byte stays
 * as the peer wrote it. `raw` has been through `parseMessage`.
 */
export function maskJson(raw: Uint8Array, input: MaskInput): MaskedJson {
  return runWhole(maskJsonInSlices(raw, input, Infinity));
}

/** The same, `slice` bytes at a time. */
export function* maskJsonInSlices(raw: Uint8Array, input: MaskInput, slice: number): Slices<MaskedJson> {
  const masking = new JsonMasking(raw, input, slice);
  if (input.tape === undefined) yield* walkInSlices(raw, masking, slice);
  else input.tape.replay(masking);
  return masking.finish();
}
