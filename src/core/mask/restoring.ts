import type { Splice } from '../bytes.ts';
import { toBytes, toText } from '../bytes.ts';
import type { ParsedMessage } from '../jsonrpc/envelope.ts';
import { pointerTo } from '../jsonrpc/json-pointer.ts';
import { decodeJsonString } from '../jsonrpc/json-string.ts';
import { walkInSlices, type JsonPath } from '../jsonrpc/json-walk.ts';
import { LIMITS } from '../limits.ts';
import { type RestoreRule, secretText } from '../policy/restore-rule.ts';
import type { Slices } from '../slices.ts';
import { isInForeignUrl, isInUrlOf } from './foreign-url.ts';
import type { KnownValues } from './known-values.ts';
import { ruleIn } from './placeholder-text.ts';
import type { Placeholders } from './placeholders.ts';

/** A placeholder that the server gets the value of: where it stands in the masked message. No value is in it. */
export interface Restore {
  readonly placeholder: string;
  readonly rule: RestoreRule;
  /** JSON pointer. */
  readonly at: string;
  readonly start: number;
  readonly end: number;
}

/** What the person stored, as far as restoring goes. */
export interface StoredSecrets {
  /** Undefined: there is none of that name. */
  find(name: string): { readonly value: Uint8Array; readonly origins: readonly string[] } | undefined;
}

interface RestoringDeps {
  readonly known: KnownValues;
  readonly placeholders: Placeholders;
  readonly stored: StoredSecrets | undefined;
  /** For the person; holds nothing unmasked. */
  readonly note: (line: string) => void;
}

interface Request {
  readonly parsed: ParsedMessage;
  readonly bytes: Uint8Array;
}

interface Asked {
  readonly rules: readonly RestoreRule[];
  readonly connection: string;
  /** Why nothing is put back; undefined: nothing is against it. */
  readonly unrestored: string | undefined;
  /** Of the connection's server, if it has an address. */
  readonly origin: string | undefined;
}

const MARK = Buffer.from('hpm_');

/**
 * Puts secrets back where a policy names it: placeholders of this workspace, as they were issued, in the arguments of a tool
 * on their way to its server. Never inside a URL whose origin is not one of the secret's own.
 */
export class Restoring {
  readonly #deps: RestoringDeps;
  readonly #stored = new Map<string, ReturnType<StoredSecrets['find']>>();
  readonly #noted = new Set<string>();

  constructor(deps: RestoringDeps) {
    this.#deps = deps;
  }

  /** What of a request is to be put back. The bytes are the masked ones. */
  *plan(
    { parsed, bytes }: Request,
    { rules, connection, unrestored, origin }: Asked,
    slice: number,
  ): Slices<Restore[]> {
    const restores: Restore[] = [];
    // What is removed meanwhile is not put back any more.
    this.#stored.clear();
    const [call] = parsed.messages;
    if (rules.length === 0 || parsed.batch || call?.method !== 'tools/call') return restores;
    const tool = call.target ?? '';
    const about = rules.filter((rule) => rule.connection(connection) && rule.tool(tool));
    if (about.length === 0 || !hasMark(bytes)) return restores;
    if (unrestored !== undefined) {
      this.#say(`nothing is restored: ${unrestored}`);
      return restores;
    }
    const string = (path: JsonPath, start: number, end: number): void => {
      if (path[0] !== 'params' || path[1] !== 'arguments') return;
      if (restores.length > LIMITS.restoresPerCall || end - start > LIMITS.restoreArgumentBytes) return;
      const named = about.filter(({ argument }) => argument(path.slice(2)));
      if (named.length > 0 && hasMark(bytes.subarray(start, end)))
        restores.push(...this.#inArgument({ bytes, path, start, end }, named, origin));
    };
    yield* walkInSlices(bytes, { string }, slice);
    return restores;
  }

  /** What to write where. From now on the values are known, wherever they turn up. */
  apply(restores: readonly Restore[]): Splice[] {
    // A call may have waited long, and of very many values the oldest are forgotten.
    const left = restores.filter(({ placeholder }) => this.#isRestorable(placeholder));
    return left.map(({ placeholder, start, end, rule }) => {
      const value = this.#valueOf(placeholder);
      this.#deps.known.add(value, `what was restored by ${rule.id}`, { sure: true });
      return { start, end, replacement: toBytes(JSON.stringify(value).slice(1, -1)) };
    });
  }

  #inArgument(
    { bytes, path, start, end }: Argument,
    rules: readonly RestoreRule[],
    server: string | undefined,
  ): Restore[] {
    const decoded = (from: number, to: number): string => toText(decodeJsonString(bytes, from, to));
    const argument = decoded(start, end);
    return this.#placeholdersIn(bytes, start, end).flatMap(({ from, to }) => {
      const placeholder = toText(bytes.subarray(from, to));
      const at = pointerTo(path);
      const begin = decoded(start, from).length;
      const span = { start: begin, end: begin + placeholder.length };
      const rule = rules.find((one) => this.#isMeant(one, placeholder));
      if (rule === undefined) return [];
      const why = whyNot(argument, span, { origins: this.#originsOf(rule), server });
      if (why === undefined) return [{ placeholder, rule, at, start: from, end: to }];
      this.#say(`${placeholder} at ${at} is not restored: ${why}`);
      return [];
    });
  }

  // They need no escapes, and where somebody has written one with escapes it is no placeholder as it was issued.
  #placeholdersIn(bytes: Uint8Array, start: number, end: number): { from: number; to: number }[] {
    const found: { from: number; to: number }[] = [];
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, end);
    for (let from = text.indexOf(MARK, start); from !== -1; from = text.indexOf(MARK, from + 1)) {
      // More than may be restored: the call is refused for it.
      if (found.length > LIMITS.restoresPerCall) break;
      const to = this.#deps.placeholders.issuedEnd(bytes, from, end);
      if (to !== -1 && from >= (found.at(-1)?.to ?? 0)) found.push({ from, to });
    }
    return found;
  }

  #isMeant({ secret }: RestoreRule, placeholder: string): boolean {
    const { kind, name } = secret;
    if (kind === 'rule') return ruleIn(placeholder) === name && this.#isRestorable(placeholder);
    const value = kind === 'secret' ? this.#find(name)?.value : undefined;
    if (value !== undefined) return this.#deps.placeholders.issue('known', value) === placeholder;
    if (kind === 'secret' || !this.#isRestorable(placeholder)) return false;
    return this.#deps.known.sourcesOf(this.#valueOf(placeholder)).includes(`the credential of ${name}`);
  }

  #originsOf({ secret }: RestoreRule): readonly string[] {
    return secret.kind === 'secret' ? (this.#find(secret.name)?.origins ?? []) : [];
  }

  #isRestorable(placeholder: string): boolean {
    const found = this.#deps.placeholders.restorable(placeholder);
    // What no UTF-8 can spell can't be written into JSON as it was.
    return found !== undefined && !toText(found.value).includes('\uFFFD');
  }

  #valueOf(placeholder: string): string {
    const found = this.#deps.placeholders.restorable(placeholder);
    if (found === undefined) throw new Error('what is to be restored is gone');
    return toText(found.value);
  }

  #find(name: string): ReturnType<StoredSecrets['find']> {
    if (!this.#stored.has(name)) this.#stored.set(name, this.#deps.stored?.find(name));
    return this.#stored.get(name);
  }

  #say(line: string): void {
    if (this.#noted.has(line) || this.#noted.size >= MOST_NOTES) return;
    this.#noted.add(line);
    this.#deps.note(line);
  }
}

const MOST_NOTES = 100;

interface Argument {
  readonly bytes: Uint8Array;
  readonly path: JsonPath;
  readonly start: number;
  readonly end: number;
}

// A secret that was stored for certain origins goes to a server there, or into a URL of theirs.
function whyNot(
  argument: string,
  span: { readonly start: number; readonly end: number },
  { origins, server }: { readonly origins: readonly string[]; readonly server: string | undefined },
): string | undefined {
  if (isInForeignUrl(argument, span, origins)) return "it stands in a URL that is not the secret's own";
  const isFree = origins.length === 0 || (server !== undefined && origins.includes(server));
  if (isFree || isInUrlOf(argument, span, origins)) return undefined;
  return `it is stored for ${origins.join(', ')} alone`;
}

/** What goes in clear, for who decides and for the record: a sentence without the value. */
export function restoreText({ placeholder, rule, at }: Restore): string {
  const place = at.length <= LIMITS.findingPlaceChars ? at : `${at.slice(0, LIMITS.findingPlaceChars)}…`;
  return `${secretText(rule.secret)} (${placeholder}) at ${place} [${rule.id}]`;
}

function hasMark(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(MARK);
}
