import { toBytes, toText } from '../bytes.ts';
import type { Masker } from './masker.ts';

/** A text of ours with the secrets in it hidden: a name, a reason, a line for a person. */
export function maskedString(masker: Pick<Masker, 'maskText'>, text: string): string {
  return toText(masker.maskText(toBytes(text)).bytes);
}
