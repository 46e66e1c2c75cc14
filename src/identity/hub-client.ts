import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Secret } from '../core/secret.ts';
import { type Certificate, parseCertificate } from '../core/session/certificate.ts';
import type { Signer } from '../core/session/signer.ts';
import { type Receipt, receiptOf } from '../core/tlog/receipt.ts';

import { type Answer, askHub, carefulFetch, type Fetch, unreachable } from './ask.ts';
import {
  certified,
  codeOf,
  dated,
  type HubSession,
  listed,
  page,
  parse,
  proved,
  reason,
  refused,
  signedPolicy,
  type RunningCheckpoint,
  stated,
  unexpected,
  unsealed,
} from './hub-answers.ts';
import { certificateRequest } from './hub-certificate.ts';
import { downloadFrom } from './hub-download.ts';
import type { HubToken } from './token-exchange.ts';

export type SessionFile = 'log' | 'payloads';

/** What the hub holds of a session: its state, and the bytes of each file from the first on. */
export interface UploadState {
  readonly state: 'open' | 'accepted' | 'quarantined';
  readonly log: number;
  readonly payloads: number;
}

/** A seal, and what it is of. */
export interface Seal {
  readonly checkpoint: string;
  readonly signature: string;
  readonly logBytes: number;
  readonly payloadBytes: number;
}

export type SealAnswer =
  | { readonly outcome: 'accepted'; readonly receipt: Receipt }
  /** Other bytes or another seal are there. */
  | { readonly outcome: 'conflict'; readonly why: string }
  /** The session stands, its certificate does not. */
  | { readonly outcome: 'certificate'; readonly why: string }
  | { readonly outcome: 'refused'; readonly why: string };

export type CheckpointAnswer =
  | { readonly outcome: 'accepted' }
  /** It contradicts what the hub holds: lines were changed or taken back. */
  | { readonly outcome: 'forked'; readonly why: string }
  /** The hub holds too few lines, or takes no more of this session. */
  | { readonly outcome: 'conflict'; readonly why: string }
  | { readonly outcome: 'certificate'; readonly why: string };

/** A session as the hub has it. */
export interface FoundSession {
  readonly summary: HubSession;
  /** If it was accepted. */
  readonly receipt: Receipt | undefined;
  /** If it was not accepted, and sent any checkpoint while it ran. */
  readonly running: RunningCheckpoint | undefined;
}

/** A policy as the hub signed it, or why there is none. */
export type PolicyAnswer = { readonly signed: string } | 'unchanged' | 'none';

export interface HubClientDeps {
  /** The hub's origin. */
  readonly hub: string;
  /** May end with a signal of its own. */
  readonly fetch: Fetch;
  /** A token for the hub itself. */
  readonly token: () => Promise<HubToken>;
}

const pack = promisify(zstdCompress);
/** The one HTTP client for what a hub stores (docs/hub-api.md). Errors: ERR_HUB_UNREACHABLE, ERR_AUTH, ERR_DENIED, ERR_HUB. */
export class HubClient {
  readonly #deps: HubClientDeps;
  #token: HubToken | undefined;

  constructor(deps: HubClientDeps) {
    this.#deps = deps;
  }

  get origin(): string {
    return this.#deps.hub;
  }

  /** Has a sealing key certified for whom the token names, proving that it is at hand. Throws ERR_POSSESSION too. */
  async certify(signer: Signer): Promise<Certificate> {
    const { publicKey } = signer;
    const ask = (now: number): Promise<Answer> =>
      this.#ask('/ssh/certificate', {
        json: (token) => certificateRequest(signer, { hub: this.origin, token, now }),
      });
    const first = await ask(Math.floor(Date.now() / 1000));
    // The clock here is wrong; theirs counts, as with the nonces of RFC 9449 section 8.
    const theirs = codeOf(first) === 'ERR_POSSESSION' ? dated.safeParse(first.body).data?.now : undefined;
    const answer = theirs === undefined ? first : await ask(theirs);
    if (codeOf(answer) === 'ERR_POSSESSION')
      throw new HallpassError(
        'ERR_POSSESSION',
        `the hub ${this.origin} certifies nothing: ${reason(answer)}`,
      );
    const { certificate } = parse(certified, answer, this.origin);
    const parsed = parseCertificate(Buffer.from(certificate.split(' ')[1] ?? '', 'base64'));
    if (parsed?.publicKey.equals(publicKey) === true) return parsed;
    throw new HallpassError('ERR_HUB', `the hub ${this.origin} certifies another key than it was asked to`);
  }

  /** How far an upload has got; of a session that the hub doesn't know, nothing. */
  async state(session: string): Promise<UploadState> {
    const answer = await this.#ask(`/sessions/${session}/state`);
    if (answer.status === 404) return { state: 'open', log: 0, payloads: 0 };
    return parse(stated, answer, this.origin);
  }

  /**
   * Sends a piece of a session's file. False: the hub takes none there, and `state` says where to go on, if at all.
   *
   * @throws {HallpassError} ERR_UPLOAD_REFUSED when it never will
   */
  async put(at: { session: string; file: SessionFile; offset: number }, piece: Uint8Array): Promise<boolean> {
    const { session, file, offset } = at;
    const body = await pack(piece);
    const digest = `sha-256=:${hash('sha256', body, 'base64')}:`;
    const answer = await this.#ask(`/sessions/${session}/${file}/${offset}`, { body, digest });
    if (answer.status === 200 || answer.status === 201) return true;
    if (answer.status === 409) return false;
    if (answer.status === 404) throw refused(session, 'it belongs to somebody else there');
    if (answer.status === 413) throw refused(session, reason(answer));
    throw unexpected(answer, this.origin);
  }

  /** Asks the hub to check and accept a session. */
  async seal(session: string, seal: Seal): Promise<SealAnswer> {
    const { checkpoint, signature, logBytes, payloadBytes } = seal;
    const json = { checkpoint, signature, log_bytes: logBytes, payload_bytes: payloadBytes };
    const answer = await this.#ask(`/sessions/${session}/seal`, { json, patience: LIMITS.hubSealMs });
    const receipt = answer.status === 200 || answer.status === 201 ? receiptOf(answer.body) : undefined;
    if (receipt !== undefined) return { outcome: 'accepted', receipt };
    const why = reason(answer);
    if (answer.status === 409) return { outcome: 'conflict', why };
    if (answer.status === 422 && codeOf(answer) === 'ERR_CERTIFICATE') return { outcome: 'certificate', why };
    if (answer.status === 422) return { outcome: 'refused', why };
    throw unexpected(answer, this.origin);
  }

  /** Has the hub accept the head of a session that goes on, of which it holds the lines. Throws ERR_UPLOAD_REFUSED too. */
  async checkpoint(
    session: string,
    seal: { readonly checkpoint: string; readonly signature: string },
  ): Promise<CheckpointAnswer> {
    const { checkpoint, signature } = seal;
    const answer = await this.#ask(`/sessions/${session}/checkpoint`, {
      json: { checkpoint, signature },
      // It reads what came since the one before, which after a time without a hub may be much.
      patience: LIMITS.hubSealMs,
    });
    if (answer.status === 200 || answer.status === 201) return { outcome: 'accepted' };
    const [code, why] = [codeOf(answer), reason(answer)];
    if (code === 'ERR_SESSION_FORKED') return { outcome: 'forked', why };
    if (answer.status === 409 || answer.status === 404) return { outcome: 'conflict', why };
    if (code === 'ERR_CERTIFICATE') return { outcome: 'certificate', why };
    if (answer.status === 422) throw refused(session, why);
    throw unexpected(answer, this.origin);
  }

  /**
   * The hub's policy as it signed it. With what is known already (an etag), `unchanged` unless there is another one within so
   * many milliseconds. `none`: a hub that knows of no policies.
   */
  async policy(known?: string, waitMs = 0): Promise<PolicyAnswer> {
    const query = waitMs === 0 ? '' : `?wait=${Math.floor(waitMs / 1000)}`;
    const patience = waitMs + LIMITS.hubRequestMs;
    const answer = await this.#ask(`/policy${query}`, { ...(known !== undefined && { known }), patience });
    if (answer.status === 304) return 'unchanged';
    if (answer.status === 404) return 'none';
    return parse(signedPolicy, answer, this.origin);
  }

  /** Sessions that this person may see, newest upload first. `before`: the last one of the page before. */
  async list(before?: string): Promise<HubSession[]> {
    const query = before === undefined ? '' : `&before=${before}`;
    const answer = await this.#ask(`/sessions?limit=100${query}`);
    return parse(page, answer, this.origin).sessions;
  }

  /** One session, with what proves it. Throws ERR_NO_SUCH_SESSION. */
  async session(id: string): Promise<FoundSession> {
    const answer = await this.#ask(`/sessions/${id}`);
    if (answer.status === 404) throw this.#noSuchSession(id);
    const summary = parse(listed, answer, this.origin);
    if (summary.state === 'accepted') return { summary, receipt: receiptOf(answer.body), running: undefined };
    return { summary, receipt: undefined, running: parse(unsealed, answer, this.origin).last_checkpoint };
  }

  /** The bytes of one of a session's files, as they come. Throws ERR_NO_SUCH_SESSION. */
  async *download(id: string, part: SessionFile | 'checkpoint' | 'signature'): AsyncGenerator<Uint8Array> {
    const url = new URL(`/sessions/${id}/${part}`, this.origin);
    const headers = bearer(await this.#fresh());
    const found = yield* downloadFrom(url, headers, this.#deps.fetch);
    if (!found) throw this.#noSuchSession(id);
  }

  /** The head of the hub's log, a signed note. */
  async logCheckpoint(): Promise<string> {
    const url = new URL('/log/checkpoint', this.origin);
    const response = await carefulFetch(this.#deps.fetch)(url).catch((error: unknown) => {
      throw unreachable(url, error);
    });
    if (response.status !== 200) throw unexpected({ status: response.status, body: {} }, this.origin);
    return response.text();
  }

  /** The hashes that show the log's first `from` leaves unchanged among `to`. */
  async consistency(from: number, to: number): Promise<Buffer[]> {
    const answer = await this.#ask(`/log/consistency?from=${from}&to=${to}`);
    return parse(proved, answer, this.origin).proof.map((node) => Buffer.from(node, 'base64'));
  }

  /** Asks for a document, or sends one. The answer is the caller's to judge. Throws ERR_HUB_UNREACHABLE, ERR_AUTH, ERR_DENIED. */
  ask(
    path: string,
    request: Pick<HubRequest, 'json' | 'known' | 'patience' | 'signal'> = {},
  ): Promise<Answer> {
    return this.#ask(path, request);
  }

  async #ask(path: string, request: HubRequest = {}): Promise<Answer> {
    let answer = await this.#send(path, request);
    if (answer.status === 401) {
      // The hub's clock may be ahead of ours, and the token at its end there.
      this.#token = undefined;
      answer = await this.#send(path, request);
    }
    if (answer.status === 401)
      throw new HallpassError('ERR_AUTH', `the hub ${this.origin} no longer accepts this login`);
    if (answer.status === 403)
      throw new HallpassError('ERR_DENIED', `the hub ${this.origin} does not allow it: ${reason(answer)}`);
    return answer;
  }

  async #send(path: string, request: HubRequest): Promise<Answer> {
    const { known, body, digest, patience, signal } = request;
    const token = await this.#fresh();
    const json = documentFor(request, token);
    const init = {
      method: json === undefined ? (body === undefined ? 'GET' : 'PUT') : 'POST',
      headers: {
        ...bearer(token),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(body !== undefined && { 'content-type': 'application/zstd' }),
        ...(digest !== undefined && { 'content-digest': digest }),
        ...(known !== undefined && { 'if-none-match': known }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(body !== undefined && { body: new Uint8Array(body) }),
      ...(signal !== undefined && { signal }),
    };
    return askHub(new URL(path, this.origin), init, carefulFetch(this.#deps.fetch, patience));
  }

  // Uploads take longer than tokens live.
  async #fresh(): Promise<Secret> {
    if (this.#token === undefined || this.#token.expiresAt - Date.now() < LIMITS.clockSkewMs)
      this.#token = await this.#deps.token();
    return this.#token.token;
  }

  #noSuchSession(id: string): HallpassError {
    return new HallpassError('ERR_NO_SUCH_SESSION', `the hub ${this.origin} has no session ${id} for you`, {
      hint: 'hallpass sessions list --hub shows those it has.',
    });
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

interface HubRequest {
  /** The document; or what makes it for the token that it goes with. */
  readonly json?: JsonObject | ((token: string) => object);
  readonly body?: Uint8Array;
  readonly digest?: string;
  /** The etag of what is known already. */
  readonly known?: string;
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

function documentFor({ json }: HubRequest, token: Secret): object | undefined {
  return typeof json === 'function' ? json(token.reveal()) : json;
}

function bearer(token: Secret): Record<string, string> {
  return { authorization: `Bearer ${token.reveal()}` };
}
