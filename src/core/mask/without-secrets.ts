import { createDetector } from './detect.ts';

/**
 * A text that a message of ours quotes, with the name of its rule in the place of each secret: whoever reads the message
 * can't look anything up, and there may be no key yet to make a placeholder with.
 */
export function withoutSecrets(text: string): string {
  const bytes = Buffer.from(text);
  const parts: string[] = [];
  let from = 0;
  for (const { rule, start, end } of createDetector().detect(bytes)) {
    parts.push(bytes.toString('utf8', from, start), `[${rule}]`);
    from = end;
  }
  return [...parts, bytes.toString('utf8', from)].join('');
}
