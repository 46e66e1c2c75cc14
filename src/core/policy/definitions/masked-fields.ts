import { toBytes } from '../../bytes.ts';
import { maskJson } from '../../mask/json.ts';
import type { MessageType } from '../../jsonrpc/positions.ts';
import type { Masker } from '../../mask/masker.ts';
import { LIMITS } from '../../limits.ts';
import type { Fields } from './definition.ts';
import { partsOf } from './read.ts';

const WITHHELD: Fields = { '': '"(withheld: it holds a secret that can not be masked)"' };

/**
 * A definition in parts, masked. All of it is free text here, where nothing acts upon it: what would hide it from a client
 * is masked instead.
 */
export function maskedFields(raw: Uint8Array, masker: Masker): Fields {
  const wrapped = Buffer.concat([HEAD, raw, TAIL]);
  const masked = maskJson(wrapped, { masker, typeOf: anyNotification, batch: false });
  if (masked.blocked.length > 0 || masked.exposed.length > 0) return WITHHELD;
  const inner = masked.bytes.subarray(HEAD.length, masked.bytes.length - TAIL.length);
  const fields: Record<string, string> = {};
  for (const { at, json } of partsOf(inner).parts) Object.assign(fields, { [at]: json });
  return fields;
}

/** A name, masked. */
export function maskedName(name: string, masker: Masker): string {
  const { bytes } = masker.maskText(toBytes(name));
  return Buffer.from(bytes).toString('utf8').slice(0, LIMITS.eventTextChars);
}

function anyNotification(): MessageType {
  return { kind: 'notification', method: undefined };
}

const HEAD = toBytes('{"params":{"definition":');
const TAIL = toBytes('}}');
