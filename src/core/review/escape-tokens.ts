import { LIMITS } from '../limits.ts';

/** A piece of what a program wrote to a terminal. */
export type Token =
  /** With controls in it, and all else that is no sequence. */
  | { readonly kind: 'text'; readonly text: string }
  /** CSI (ECMA-48, 5.4): parameters, intermediate characters and a final one. */
  | {
      readonly kind: 'control';
      readonly text: string;
      readonly parameters: string;
      readonly between: string;
      readonly final: string;
    }
  /** ESC and a character or two: which characters there are, keypads, a place to come back to. */
  | { readonly kind: 'escape'; readonly text: string }
  /** OSC, DCS, APC, PM or SOS with all that is in it, or an ESC that begins nothing. */
  | { readonly kind: 'alien'; readonly text: string };

const ESC = '\u001b';
/** ECMA-48, 5.3 to 5.6. No part of it can match in two ways, so it takes linear time. */
const SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  /\u001b(?:\[([0-?]*)([ -/]*)([@-~])|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|([ -/]+[0-~]|[0-OQ-WYZ\\`-~]))/y;
/** What may yet become one. */
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const OPEN = /\u001b(?:\[[0-?]*[ -/]*|[\]PX^_][^\u0007\u001b]*\u001b?|[ -/]*)$/y;

/** Tells text from escape sequences, wherever the stream is cut. All of it is attacker-controlled. */
export class EscapeTokens {
  #open = '';

  /** Takes the next piece. A sequence that goes on is kept until it ends, or is too long to be one. */
  push(piece: string): Token[] {
    const text = this.#open + piece;
    this.#open = '';
    const tokens: Token[] = [];
    let from = 0;
    for (let at = text.indexOf(ESC); at !== -1; at = text.indexOf(ESC, from)) {
      if (at > from) tokens.push({ kind: 'text', text: text.slice(from, at) });
      if (isOpen(text, at)) {
        this.#open = text.slice(at);
        return tokens;
      }
      const token = tokenAt(text, at);
      tokens.push(token);
      from = at + token.text.length;
    }
    if (from < text.length) tokens.push({ kind: 'text', text: text.slice(from) });
    return tokens;
  }

  /** Nothing more comes: what was begun, and is none. */
  end(): Token[] {
    const text = this.#open;
    this.#open = '';
    return text === '' ? [] : [{ kind: 'alien', text }];
  }
}

function isOpen(text: string, at: number): boolean {
  if (text.length - at > LIMITS.replaySequenceChars) return false;
  OPEN.lastIndex = at;
  return OPEN.test(text);
}

function tokenAt(text: string, at: number): Token {
  SEQUENCE.lastIndex = at;
  const match = SEQUENCE.exec(text);
  if (match === null) return { kind: 'alien', text: ESC };
  const [whole, parameters, between, final, escape] = match;
  if (parameters !== undefined && between !== undefined && final !== undefined)
    return { kind: 'control', text: whole, parameters, between, final };
  return { kind: escape === undefined ? 'alien' : 'escape', text: whole };
}
