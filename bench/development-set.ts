import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import type { Detector } from '../src/core/mask/detect.ts';
import type { Finding } from '../src/core/mask/finding.ts';

/** A text of the development set. It lies beside the repository and is no part of it; what is in it is never printed. */
export interface Sample {
  readonly id: string;
  readonly source: string;
  readonly rule: string;
  readonly label: 'secret' | 'clean';
  readonly text_b64: string;
  readonly spans?: readonly (readonly [number, number])[];
  readonly identifier?: boolean;
  readonly risk?: number;
}

/** Rules that go by the surroundings of a value, not by a vendor's format. */
const CONTEXT =
  /generic|odbc|netrc|weak_password|nuget|kubernetes|curl|psexec|gradle|basicauth|connection|\.uri|sidekiq|phpmailer|pwhash|jdbc|postgres|vmware|krb5|leaky/;
/** Rules for what goes with a secret and is none: names, hosts, addresses, ids. */
const BESIDE = /-id(?:\.\d)?$|-url(?:\.\d)?$|host|name(?:\.\d)?$|domain|\.url\./;

const DATA = path.join(import.meta.dirname, '../../shared/detection/dev.jsonl.gz');

/** The set; undefined where it is not there. */
export function developmentSet(): Sample[] | undefined {
  if (!existsSync(DATA)) return undefined;
  const lines = gunzipSync(readFileSync(DATA)).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Sample);
}

export type Sort = 'by context' | 'names, hosts, ids' | 'by vendor';

/** What a sample's rule goes by. */
export function sortOf({ source, rule }: Sample): Sort {
  if (source === 'leaky-repo' || CONTEXT.test(rule)) return 'by context';
  return BESIDE.test(rule) ? 'names, hosts, ids' : 'by vendor';
}

/** A secret, not what merely goes with one. */
export function isSecret({ label, identifier }: Sample): boolean {
  return label === 'secret' && identifier !== true;
}

export function findingsIn(detector: Detector, { source, rule, text_b64: text }: Sample): Finding[] {
  return detector.detect(Buffer.from(text, 'base64'), source === 'leaky-repo' ? { file: rule } : {});
}
