import type { ReadPayload } from '../session/payload-reader.ts';

/** What is worth seeing of a message in one line: what was asked for or answered, without what is around it. */
export function previewOf(payload: ReadPayload): string {
  if (payload.state !== 'stored') return `(payload ${payload.state})`;
  const text = payload.bytes.toString();
  return inMessage(text) ?? withoutEnvelope(text);
}

// All of it is attacker-controlled, and may be no JSON at all.
function inMessage(text: string): string | undefined {
  const message = parsed(text);
  if (!isRecord(message)) return undefined;
  const { params, result, error } = message;
  if (error !== undefined) return JSON.stringify(error);
  if (isRecord(params)) return JSON.stringify(params['arguments'] ?? params);
  return textOf(result) ?? JSON.stringify(result ?? message);
}

// Most tools answer with text.
function textOf(result: unknown): string | undefined {
  if (!isRecord(result) || !Array.isArray(result['content'])) return undefined;
  const texts = result['content'].flatMap((part: unknown) =>
    isRecord(part) && typeof part['text'] === 'string' ? [part['text']] : [],
  );
  return texts.length === 0 ? undefined : texts.join(' ').replaceAll(/\s+/g, ' ').trim();
}

const ENVELOPE = /"(?:params":\{(?:"name":"[^"]{0,200}",)?"arguments|params|result|error)":/;

// What was cut can't be parsed.
function withoutEnvelope(text: string): string {
  const start = ENVELOPE.exec(text);
  return (start === null ? text : text.slice(start.index + start[0].length)).replaceAll(/\s+/g, ' ').trim();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut, or none: shown as it is.
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
