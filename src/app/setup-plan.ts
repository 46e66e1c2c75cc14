import { Secret } from '../core/secret.ts';
import { parseJsonc, type TextEdit } from './jsonc-file.ts';
import { type ClientName, entriesOf, type Entry, valueOf } from './setup-entries.ts';
import { freeName, secretNameFor } from './setup-names.ts';
import { restoresFor, type Restore } from './setup-restore.ts';
import { type Launch, rewriteServer } from './setup-rewrite.ts';
import { type Decision, decideServer, type Moved } from './setup-server.ts';
import { secretsIn } from './setup-secrets.ts';

export interface PlanInput {
  readonly client: ClientName;
  /** For messages. */
  readonly file: string;
  readonly text: string;
  readonly isProject: boolean;
  /** The servers that were named; none: all. */
  readonly only: readonly string[];
  readonly keepSecrets: boolean;
  readonly launch: Launch;
  /** Names of connections and of secrets that are somebody's already. */
  readonly taken: { readonly connections: readonly string[]; readonly secrets: readonly string[] };
}

export interface PlannedServer {
  readonly name: string;
  readonly project: string | undefined;
  readonly outcome: 'wrapped' | 'left';
  /** Why it is left alone. */
  readonly why: string | undefined;
  /** What it is called in the user's `hallpass.yaml`. */
  readonly connection: string | undefined;
  /** Variables and headers whose values move to the keychain. */
  readonly moved: readonly string[];
  /** It has an address and no credential: it may want `hallpass authorize`. */
  readonly authorize: boolean;
}

export interface PlannedSecret {
  readonly name: string;
  readonly connection: string;
  readonly value: Secret;
  readonly origins: readonly string[];
}

/** What setup would do. Nothing is done yet. */
export interface Plan {
  readonly servers: readonly PlannedServer[];
  readonly after: string;
  /** Takes `after` back to what the file was, in this order. */
  readonly inverse: readonly TextEdit[];
  /** The same by meaning, for a file that has changed since. */
  readonly restores: readonly Restore[];
  /** What comes into the user's `hallpass.yaml`. */
  readonly connections: Readonly<Record<string, unknown>>;
  readonly secrets: readonly PlannedSecret[];
  /** Every secret that was seen in a server's settings, for masking what is shown. */
  readonly seen: readonly Secret[];
  /** Variables and headers whose value stands somewhere else in the file as well. */
  readonly remaining: readonly string[];
}

/**
 * Plans how the servers of a client come to go through hallpass. Pure: text in, text out.
 *
 * @throws {HallpassError} ERR_CONFIG for what is no JSON
 */
export function planSetup(input: PlanInput): Plan {
  const draft = new Draft(input);
  const entries = entriesOf(parseJsonc(input.text, input.file), input.client);
  const wanted = entries.filter(({ name }) => input.only.length === 0 || input.only.includes(name));
  for (const entry of wanted) draft.take(entry);
  return draft.plan(entries);
}

type Wrap = Exclude<Decision, { kind: 'leave' }>;

interface Wrapped {
  readonly entry: Entry;
  readonly decision: Wrap;
  readonly connection: string | undefined;
}

class Draft {
  readonly #input: PlanInput;
  readonly #servers: PlannedServer[] = [];
  readonly #connections: Record<string, unknown> = {};
  readonly #secrets: PlannedSecret[] = [];
  readonly #values: { readonly key: string; readonly value: string }[] = [];
  readonly #wrapped: Wrapped[] = [];

  constructor(input: PlanInput) {
    this.#input = input;
  }

  take(entry: Entry): void {
    const { isProject, keepSecrets, only } = this.#input;
    const { name, project } = entry;
    const isNamed = only.includes(name);
    const decision: Decision = entry.isAmbiguous
      ? { kind: 'leave', why: 'one of its keys is there twice' }
      : decideServer(entry.value, { isProject, keepSecrets, isNamed });
    if (decision.kind === 'leave') return this.#leave(entry, decision.why);
    const connection = decision.kind === 'inline' ? undefined : this.#connect(name, decision);
    this.#wrapped.push({ entry, decision, connection });
    const moved = decision.kind === 'inline' ? [] : decision.secrets.map(({ key }) => key);
    const authorize = decision.kind === 'url' && moved.length === 0;
    this.#servers.push({
      name,
      project,
      outcome: 'wrapped',
      why: undefined,
      connection,
      moved,
      authorize,
    });
  }

  plan(entries: readonly Entry[]): Plan {
    const { text, inverse, restores } = this.#rewritten();
    return {
      servers: this.#servers,
      after: text,
      inverse,
      restores,
      connections: this.#connections,
      secrets: this.#secrets,
      seen: [
        ...this.#values.map(({ value }) => value),
        ...entries.flatMap(({ value }) => secretsIn(value)),
      ].map((value) => new Secret(value)),
      remaining: this.#values.filter(({ value }) => text.includes(value)).map(({ key }) => key),
    };
  }

  #leave({ name, project }: Entry, why: string): void {
    this.#servers.push({
      name,
      project,
      outcome: 'left',
      why,
      connection: undefined,
      moved: [],
      authorize: false,
    });
  }

  // Names it, and what it takes from the keychain.
  #connect(server: string, decision: Exclude<Wrap, { kind: 'inline' }>): string {
    const { taken, client } = this.#input;
    const name = freeName(server, client, [...taken.connections, ...Object.keys(this.#connections)]);
    const origins = decision.kind === 'url' ? [new URL(decision.url).origin] : [];
    const from = decision.secrets.map((moved) => this.#move(name, moved, origins));
    this.#connections[name] =
      decision.kind === 'url' ? urlConnection(decision, from) : commandConnection(decision, from);
    return name;
  }

  #move(connection: string, { key, before, value }: Moved, origins: readonly string[]): Source {
    const taken = [...this.#input.taken.secrets, ...this.#secrets.map(({ name }) => name)];
    const name = secretNameFor(connection, key, taken);
    this.#secrets.push({ name, connection, value: new Secret(value), origins });
    this.#values.push({ key, value });
    return { key, source: `${before}secret:${name}` };
  }

  // From the end of the file, so that the places of the others stay what they are.
  #rewritten(): { text: string; inverse: TextEdit[]; restores: Restore[] } {
    let { text } = this.#input;
    const inverse: TextEdit[] = [];
    const restores: Restore[] = [];
    for (const wrapped of this.#wrapped.toSorted((a, b) => b.entry.offset - a.entry.offset)) {
      const { offset, length, path, value } = wrapped.entry;
      const before = text.slice(offset, offset + length);
      const rewrite = rewriteServer(before, wrapped, this.#input.launch);
      text = text.slice(0, offset) + rewrite.text + text.slice(offset + length);
      inverse.unshift(...rewrite.inverse.map((edit) => ({ ...edit, offset: edit.offset + offset })));
      restores.push(...restoresFor(path, value, valueOf(parseJsonc(rewrite.text, ''))));
    }
    return { text, inverse, restores };
  }
}

interface Source {
  readonly key: string;
  readonly source: string;
}

// What is not secret stays in the client's `env`, which the server inherits.
function commandConnection(
  { command, args }: Extract<Decision, { kind: 'command' }>,
  from: readonly Source[],
): unknown {
  return {
    command,
    ...(args.length > 0 && { args }),
    ...(from.length > 0 && { env_from: sourcesOf(from) }),
  };
}

function urlConnection(
  { url, isOld, headers }: Extract<Decision, { kind: 'url' }>,
  from: readonly Source[],
): unknown {
  const bearer = from.find(({ key, source }) => /^authorization$/i.test(key) && /^bearer /i.test(source));
  const others = from.filter((one) => one !== bearer);
  return {
    url,
    ...(isOld && { type: 'sse' }),
    ...(bearer !== undefined && { auth: { bearer: bearer.source.slice('bearer '.length) } }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(others.length > 0 && { headers_from: sourcesOf(others) }),
  };
}

function sourcesOf(sources: readonly Source[]): Readonly<Record<string, string>> {
  return Object.fromEntries(sources.map(({ key, source }) => [key, source]));
}
