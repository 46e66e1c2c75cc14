import { toBytes } from '../../core/bytes.ts';
import { parseMessage } from '../../core/jsonrpc/envelope.ts';
import { JsonError } from '../../core/jsonrpc/json-walk.ts';
import type { Masking, MaskingSample } from '../../core/mask/central/central.ts';
import { maskJson } from '../../core/mask/json.ts';
import { createMasker, type Masker } from '../../core/mask/masker.ts';
import { Placeholders } from '../../core/mask/placeholders.ts';

/** Whether a rule does to a sample what the sample says. The sample's text is not in it: it may look like a secret. */
export interface SampleResult {
  /** The rule's name as findings have it: `central_<id>`. */
  readonly rule: string;
  readonly kind: MaskingSample['kind'];
  /** From 0, of those of its rule and kind. */
  readonly at: number;
  readonly ok: boolean;
}

/** Runs all samples of a policy's masking rules, in the order in which they stand there. */
export function checkSamples(masking: Masking): SampleResult[] {
  return masking.samples.map((sample) => {
    const { rule, kind, at } = sample;
    const masker = maskerFor(masking, rule);
    return { rule, kind, at, ok: isMasked(sample.text, rule, masker) === (kind === 'masked') };
  });
}

/** A sentence for a person on one that is not as it says. */
export function sampleProblem({ rule, kind, at }: SampleResult): string {
  const id = rule.replace(/^central_/, '');
  const is = kind === 'masked' ? 'the rule finds nothing in it' : 'the rule masks something in it';
  return `masking rule "${id}", samples.${kind}[${at}]: ${is}`;
}

// One rule by itself: what another hides is none of its doing.
function maskerFor({ patterns, fields, severities }: Masking, rule: string): Masker {
  const central = {
    patterns: patterns.filter((one) => one.rule === rule),
    fields: fields.filter((one) => one.rule === rule),
    severities,
    vendors: [],
    pii: [],
  };
  return createMasker({ placeholders: new Placeholders(new Uint8Array(32)), central });
}

function isMasked(text: string, rule: string, masker: Masker): boolean {
  const patterns = masker.central?.patterns ?? [];
  const bytes = toBytes(text);
  if (patterns.some(({ find }) => find(bytes, 0, bytes.length) !== undefined)) return true;
  const message = messageOf(text);
  if (message === undefined) return false;
  const input = { masker, typeOf: () => ({ kind: 'request', method: 'tools/call' }) as const, batch: false };
  return maskJson(message, input).findings.some((finding) => finding.rule === rule);
}

// An object stands for the arguments of a tool, unless it is a message itself.
function messageOf(text: string): Uint8Array | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  const isWhole = text.includes('"jsonrpc"');
  const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sample","arguments":${text}}}`;
  try {
    const message = toBytes(isWhole ? text : call);
    parseMessage(message);
    return message;
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}
