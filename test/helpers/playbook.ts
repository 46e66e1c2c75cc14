import { randomBytes } from 'node:crypto';
import { setImmediate as pause } from 'node:timers/promises';

import { expect } from 'vitest';

import type { Delivery, Lane } from '../../src/core/lane.ts';
import { PendingRequests } from '../../src/core/jsonrpc/pending.ts';
import { LineFramer, toMessage } from '../../src/core/jsonrpc/ndjson.ts';
import { Exceptions } from '../../src/core/mask/exceptions.ts';
import { KnownValues } from '../../src/core/mask/known-values.ts';
import { createMasker, type LiveMasker, type Masker } from '../../src/core/mask/masker.ts';
import type { StoredSecrets } from '../../src/core/mask/restoring.ts';
import { Placeholders } from '../../src/core/mask/placeholders.ts';
import { LIMITS } from '../../src/core/limits.ts';
import type { Pace } from '../../src/core/slices.ts';
import type { CallSummary, Holds, Message } from '../../src/core/message.ts';
import type { Direction, RecordBody } from '../../src/core/session/event.ts';
import { runProxy, type Ended, type Pass } from '../../src/proxy/proxy.ts';
import type { ApprovalPort } from '../../src/core/approvals/port.ts';
import type { DefinitionWatch } from '../../src/core/policy/definitions/watch.ts';
import type { Policy } from '../../src/core/policy/evaluate.ts';
import { BASELINE, placeOf } from '../../src/core/policy/baseline.ts';
import { NO_HOLDS } from './no-approvals.ts';

type Said = string | Uint8Array | object;

export interface PlaybookOptions {
  readonly lineLimit?: number;
  /** How large messages are inspected. */
  readonly pace?: Pace;
  /** In force; `guard` unless given. */
  readonly policy?: Policy;
  /** Where held calls are approved. */
  readonly approvals?: ApprovalPort;
  /** Ties approvals to their calls, where another conversation is to know them again. */
  readonly holdKey?: Uint8Array;
  readonly session?: string;
  /** Over what the server says of itself; nobody unless given. */
  readonly definitions?: DefinitionWatch;
  /** What `secret add` stored. */
  readonly stored?: StoredSecrets;
  /** Why nothing is put back. */
  readonly unrestored?: string;
  /** Of the server's address. */
  readonly origin?: string;
  /** Values that are let pass. */
  readonly excepted?: readonly string[];
  /** Gets the masker, to change its rules. */
  readonly withMasker?: (masker: LiveMasker) => void;
  /** What masking throws. */
  readonly maskerFault?: (secret: string) => Error;
}

interface Recorded {
  readonly body: RecordBody;
  readonly payload: string | undefined;
}

/**
 * A conversation through the proxy that reads as its transcript: a client and a server in memory, the stages in between,
 * a log that can fail. Nothing waits: each `says` returns once the proxy is done with the message.
 */
export class Playbook {
  readonly secret = `S3cr-${randomBytes(12).toString('hex')}`;
  readonly placeholder: string;
  readonly pending = new PendingRequests();
  readonly notes: string[] = [];
  readonly calls: CallSummary[] = [];
  /** What has been asked to happen, in the order in which it did: `record`, `to server`, `to client`. */
  readonly order: string[] = [];
  readonly #toServer: Uint8Array[] = [];
  readonly #toClient: Uint8Array[] = [];
  readonly #looking: (() => void)[] = [];
  readonly #log: Recorded[] = [];
  readonly #everRecorded: Recorded[] = [];
  readonly #lane: Lane;
  readonly #placeholders = new Placeholders(randomBytes(32));
  readonly #known = new KnownValues();
  readonly #clientEnds = Promise.withResolvers<Ended>();
  readonly #serverEnds = Promise.withResolvers<Ended>();
  readonly #stops = Promise.withResolvers<Ended>();
  readonly #options: PlaybookOptions;
  #pass: Pass = () => Promise.reject(new Error('the proxy has not started'));
  #failing: Error | undefined;
  #fault: Ended | undefined;
  #ended: Promise<Ended> | undefined;
  closed: { client: boolean; upstream: { atOnce: boolean } | undefined } = {
    client: false,
    upstream: undefined,
  };

  constructor(options: PlaybookOptions = {}) {
    this.#options = options;
    this.#known.add(this.secret, 'the test');
    this.placeholder = this.#placeholders.issue('known', Buffer.from(this.secret));
    this.#lane = {
      scope: 'test',
      signal: new AbortController().signal,
      send: async (bytes: Uint8Array, _about?: Delivery) => {
        await Promise.resolve();
        this.order.push('to client');
        this.#toClient.push(bytes);
        this.#happened();
      },
    };
  }

  /** Begins. The promise resolves when the proxy has ended. */
  start(): Promise<Ended> {
    this.#ended = runProxy({
      client: {
        serve: (pass) => {
          this.#pass = pass;
          return this.#clientEnds.promise;
        },
        close: async () => {
          await Promise.resolve();
          this.closed.client = true;
        },
      },
      upstream: {
        start: () => Promise.resolve(),
        ended: this.#serverEnds.promise,
        send: async (_message, bytes) => {
          await Promise.resolve();
          this.order.push('to server');
          this.#toServer.push(bytes);
          this.#happened();
        },
        bare: () => Promise.resolve(),
        fault: () => this.#fault,
        close: async (options) => {
          await Promise.resolve();
          this.closed.upstream = options;
        },
      },
      deps: {
        masker: this.#masker(),
        policy: this.#options.policy ?? BASELINE,
        holds: this.#holds(),
        wall: () => 0,
        place: placeOf('server'),
        definitions: this.#options.definitions,
        stored: this.#options.stored,
        unrestored: this.#options.unrestored,
        origin: this.#options.origin,
        pending: this.pending,
        record: (body, payload) => this.#record(body, payload),
        note: (line) => this.notes.push(line),
        onCall: (call) => this.calls.push(call),
        now: () => 0,
        pace: this.#options.pace ?? { bytes: LIMITS.yieldBytes, pause: () => pause() },
      },
      stopped: this.#stops.promise,
    });
    return this.#ended;
  }

  async clientSays(said: Said): Promise<void> {
    await this.#say('to_server', said);
  }

  async serverSays(said: Said): Promise<void> {
    await this.#say('to_client', said);
  }

  /** The next that the server got, byte for byte if a string is expected. Nothing more may have come than is looked at. */
  serverGets(expected: Said): void {
    check('the server', this.#toServer.shift(), expected);
  }

  /** The same for what comes when it comes. */
  async serverGetsSoon(expected: Said): Promise<void> {
    await this.#until(() => this.#toServer.length > 0);
    this.serverGets(expected);
  }

  async clientGetsSoon(expected: Said): Promise<void> {
    await this.#until(() => this.#toClient.length > 0);
    this.clientGets(expected);
  }

  async logHoldsSoon(expected: object): Promise<void> {
    await this.#until(() => this.#log.length > 0);
    this.logHolds(expected);
  }

  clientGets(expected: Said): void {
    check('the client', this.#toClient.shift(), expected);
  }

  /** The newest message that the client got, as text; those before it are passed over. */
  lastToClient(): string {
    return lastOf('the client', this.#toClient);
  }

  async nextToServer<T>(): Promise<T> {
    await this.#until(() => this.#toServer.length > 0);
    return JSON.parse(Buffer.from(this.#toServer.shift() ?? '').toString()) as T;
  }

  /** The next that the client gets, when it comes, for a test that has to answer it. */
  async nextToClient<T>(): Promise<T> {
    await this.#until(() => this.#toClient.length > 0);
    return JSON.parse(Buffer.from(this.#toClient.shift() ?? '').toString()) as T;
  }

  lastToServer(): string {
    return lastOf('the server', this.#toServer);
  }

  /** The next event of the log. */
  logHolds(expected: object): void {
    expect(this.#log.shift() ?? 'nothing in the log').toMatchObject(expected);
  }

  /** The events of one kind since they were last asked for. */
  events(kind: RecordBody['kind']): Record<string, unknown>[] {
    const found = this.#log.filter(({ body }) => body.kind === kind);
    this.#log.splice(0);
    return found.map(({ body }) => Object.fromEntries(Object.entries(body)));
  }

  /** All that log, terminal and live lines were told so far. */
  get told(): string {
    return JSON.stringify([this.#everRecorded, this.notes, this.calls]);
  }

  /** What nobody has looked at yet. */
  nothingElse(): void {
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
    expect({ server: this.#toServer.map(text), client: this.#toClient.map(text), log: this.#log }).toEqual({
      server: [],
      client: [],
      log: [],
    });
  }

  /** From now on the log can't be written, or, with nothing given, it can again. */
  recordFails(error?: Error): void {
    this.#failing = error;
  }

  /** `fault`: what the server died of meanwhile. */
  async clientLeaves({ fault }: { fault?: Ended } = {}): Promise<Ended> {
    this.#fault = fault;
    this.#clientEnds.resolve({ by: 'client', reason: 'gone' });
    return this.#end();
  }

  async serverDies(reason: string): Promise<Ended> {
    this.#serverEnds.resolve({ by: 'server', reason });
    return this.#end();
  }

  async somebodyStopsIt(): Promise<Ended> {
    this.#stops.resolve({ by: 'signal', reason: 'stopped by SIGINT' });
    return this.#end();
  }

  #holds(): Holds {
    const { approvals, holdKey, session } = this.#options;
    return {
      port: approvals ?? NO_HOLDS.port,
      key: holdKey ?? NO_HOLDS.key,
      session: session ?? NO_HOLDS.session,
    };
  }

  // Waits for what happens, and so, where it never does, leaves the run to its time limit.
  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#looking.push(resolve));
  }

  #happened(): void {
    for (const look of this.#looking.splice(0)) look();
  }

  #masker(): Masker {
    const placeholders = this.#placeholders;
    const excepted = (this.#options.excepted ?? []).map((value) => ({
      placeholder: placeholders.issue('x', Buffer.from(value)),
      rule: undefined,
    }));
    const exceptions = excepted.length === 0 ? undefined : new Exceptions(excepted);
    const masker = createMasker({ known: this.#known, placeholders, exceptions });
    this.#options.withMasker?.(masker);
    const { maskerFault } = this.#options;
    if (maskerFault === undefined) return masker;
    const fail = (): never => {
      throw maskerFault(this.secret);
    };
    const faulty: Masker = {
      ...masker,
      inspect: fail,
      maskText: fail,
      current: () => faulty,
      get strict() {
        return faulty;
      },
    };
    return faulty;
  }

  async #end(): Promise<Ended> {
    if (this.#ended === undefined) throw new Error('the proxy has not started');
    return this.#ended;
  }

  async #say(direction: Direction, said: Said): Promise<void> {
    await Promise.resolve();
    const bytes =
      said instanceof Uint8Array
        ? said
        : Buffer.from(typeof said === 'string' ? said : `${JSON.stringify(said)}\n`);
    const framer = new LineFramer(this.#options.lineLimit);
    for (const line of [...framer.push(bytes), ...framer.flush()]) {
      const message: Message = { direction, ...toMessage(line), lane: this.#lane };
      await this.#pass(message);
    }
  }

  #record(body: RecordBody, payload: Uint8Array | undefined): void {
    if (this.#failing !== undefined) throw this.#failing;
    this.order.push('record');
    const recorded = { body, payload: payload === undefined ? undefined : Buffer.from(payload).toString() };
    this.#log.push(recorded);
    this.#happened();
    this.#everRecorded.push(recorded);
  }
}

/** Begins a conversation. */
export function playbook(options: PlaybookOptions = {}): Playbook {
  const book = new Playbook(options);
  void book.start();
  return book;
}

function lastOf(who: string, messages: Uint8Array[]): string {
  const [last] = messages.splice(0).slice(-1);
  if (last === undefined) throw new Error(`${who} got nothing`);
  return Buffer.from(last).toString();
}

function check(who: string, bytes: Uint8Array | undefined, expected: Said): void {
  if (bytes === undefined) throw new Error(`${who} got nothing`);
  const text = Buffer.from(bytes).toString();
  if (typeof expected === 'string') expect(text).toBe(expected);
  else expect(JSON.parse(text)).toMatchObject(expected);
}
