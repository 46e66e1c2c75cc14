import type { ApprovalPort } from './approvals/port.ts';
import type { ElicitingClients } from './hold/eliciting-clients.ts';
import type { OpenApprovals } from './hold/open-approvals.ts';
import type { Questions } from './hold/questions.ts';
import type { RequestStates } from './hold/request-states.ts';
import type { Approved, Resumed } from './hold/rounds.ts';
import type { WaitingCalls } from './hold/waiting-calls.ts';
import type { ParsedMessage } from './jsonrpc/envelope.ts';
import type { OutputSchemas } from './jsonrpc/output-schemas.ts';
import type { JsonFinding, JsonPassed, MaskedLeaf } from './mask/masked-json.ts';
import type { Restore, Restoring, StoredSecrets } from './mask/restoring.ts';
import type { Return, ReturnToSender } from './mask/return-to-sender.ts';
import type { ParamHeaders } from './jsonrpc/param-headers.ts';
import type { PendingRequest, PendingRequests } from './jsonrpc/pending.ts';
import type { TaskTools } from './jsonrpc/task-tools.ts';
import type { Decision } from './policy/decision.ts';
import type { SeenPage } from './policy/definitions/pins.ts';
import type { DefinitionWatch } from './policy/definitions/watch.ts';
import type { Policy, ToolPlace } from './policy/evaluate.ts';
import type { KnownTools } from './policy/known-tools.ts';
import type { ListListeners } from './policy/list-listeners.ts';
import type { UnreadMessage } from './jsonrpc/unread.ts';
import type { HeaderFields, Lane } from './lane.ts';
import type { Masker } from './mask/masker.ts';
import type { Pace } from './slices.ts';
import type { SseEvent } from './jsonrpc/sse.ts';
import type { Direction, RecordBody } from './session/event.ts';

/** An HTTP request without a message: GET opens a stream for what the server sends by itself, DELETE ends a session. */
export interface BareRequest {
  readonly method: 'GET' | 'DELETE';
  readonly headers: HeaderFields;
  readonly lane: Lane;
}

/** One message as a peer wrote it. Only `inspect` reads `raw`. */
export interface Message {
  readonly direction: Direction;
  readonly raw: Uint8Array;
  readonly lane: Lane;
  /** HTTP headers that repeat parts of the body (Mcp-Name, Mcp-Param-*), lower-case. */
  readonly headers?: HeaderFields;
  /** The server-sent event that carried it. */
  readonly event?: SseEvent | undefined;
  /** Set, with `raw` empty, when the message was over the limit. */
  readonly tooLong?: { readonly size: number; readonly id: string | undefined };
}

/** The masked view: all that any stage but `inspect` and `deliver` sees. */
export interface View {
  /** Read from the masked bytes. */
  readonly parsed: ParsedMessage;
  readonly bytes: Uint8Array;
  readonly findings: readonly JsonFinding[];
  readonly blocked: readonly JsonFinding[];
  readonly exposed: readonly JsonFinding[];
  readonly passed: readonly JsonPassed[];
  readonly leaves: readonly MaskedLeaf[];
  readonly headers: HeaderFields;
  /** Holds something opaque in which only known values could be looked for. */
  readonly unchecked: boolean;
  /** What each response answers, in the order of `parsed.messages`. */
  readonly answers: readonly (PendingRequest | undefined)[];
}

/** Why a message isn't delivered, in words that hold nothing of it. */
export interface Refusal {
  readonly rule: string;
  readonly reason: string;
  /** JSON-RPC error code for whoever waits for an answer. */
  readonly code: number;
}

/** One message on its way through the stages. */
export interface Passage {
  /** As it came, but without what a held call carries for us from round to round: that `inspect` takes out. */
  message: Message;
  /** Set by `inspect`: what that was. */
  resumed?: Resumed;
  /** Set by `inspect`; without it the message was refused unread. */
  view?: View;
  /** The envelopes as the peer wrote them, secrets and all: for `deliver` to route by, and for nobody else. */
  routing?: ParsedMessage;
  /** Set by `inspect`: what it says of definitions, by message of a batch. */
  pages?: readonly (SeenPage | undefined)[] | undefined;
  /** Set by `policy`: what it says of it. */
  decision?: Decision | undefined;
  /** Set by `approve`: somebody has approved it. */
  approved?: Approved;
  /** Set by `approve`: it answers a question of ours, and the server knows nothing of that. */
  isOurs?: boolean;
  /** Set by the stage that refused; from then on only `record` and `deliver` run. */
  refusal?: Extract<Settled, Refusal>;
  /** What of a request `deliver` gives back to the server as it came from there. Part of the plan, without the values. */
  returns?: readonly Return[];
  /** What of its arguments `deliver` puts secrets back in, where a policy names it. Part of the plan, too. */
  restores?: readonly Restore[];
  /** What may be recorded of a message that could not be read. */
  remains?: Uint8Array;
  /** Of a message that could not be read, where it shows all the same what it is. */
  unread?: UnreadMessage | undefined;
}

/** What becomes of a message: on it goes, or not. */
export type Settled =
  | { readonly kind: 'pass' }
  | ({ readonly kind: 'reject' } & Refusal)
  // `reply`: what its sender gets instead of an error, as long as there is more to come.
  | ({ readonly kind: 'hold'; readonly reply?: Uint8Array } & Refusal);

/** What a stage says, or that it can't be said yet. A stage that throws has refused. */
export type Outcome = Settled | Wait;

/** A message that goes on later, and nothing else waits for it. */
export interface Wait {
  readonly kind: 'wait';
  readonly until: Promise<Settled>;
  /** Called when it is over, right before the message goes on. Says why it is not to, if its sender has left meanwhile. */
  readonly end: () => Settled | undefined;
}

export const PASS: Settled = { kind: 'pass' };

/** What the stages keep of one message for others, in memory and for one upstream. */
export interface Memory {
  /** Which arguments tools want repeated in headers, as lists that went to a client on HTTP have told. */
  readonly params: ParamHeaders;
  /** What results of tools look like, as lists that went to a client have told. */
  readonly schemas: OutputSchemas;
  /** Which tools' results tasks will give. */
  readonly tasks: TaskTools;
  /** Names and URIs of the server's that were masked. */
  readonly handles: ReturnToSender;
  /** What policies name that servers may have again. */
  readonly restoring: Restoring;
  /** What servers say of their tools. */
  readonly tools: KnownTools;
  /** Who is told of lists that have changed. */
  readonly listeners: ListListeners;
  /** What waits for a decision. */
  readonly waiting: WaitingCalls;
  /** What was asked for, and may yet be decided. */
  readonly approvals: OpenApprovals;
  /** What we have asked clients ourselves. */
  readonly questions: Questions;
  /** Which of them can open an address for their user. */
  readonly eliciting: ElicitingClients;
  /** What held calls carry from round to round. */
  readonly states: RequestStates;
}

/** Where held calls are approved, and what ties an approval to its call. */
export interface Holds {
  readonly port: ApprovalPort;
  /** Of the bindings: this workspace's, so that an approval is good for it and survives a restart. */
  readonly key: Uint8Array;
  /** The session's id. */
  readonly session: string;
}

/** What the stages need of the world; the proxy fills it in. */
export interface StageDeps extends Memory {
  readonly masker: Masker;
  readonly policy: Policy;
  /** Where calls go and whose they are, for the policy. */
  readonly place: ToolPlace;
  readonly holds: Holds;
  /** Over what the server says of itself. Undefined: nobody watches. */
  readonly definitions: DefinitionWatch | undefined;
  /** For policies that name them. Undefined: none are stored. */
  readonly stored?: StoredSecrets | undefined;
  /** Why none is put back here, whatever policies name; undefined: nothing is against it. */
  readonly unrestored?: string | undefined;
  /** Of the server's address, if it has one. */
  readonly origin?: string | undefined;
  readonly pending: PendingRequests;
  /** Appends to the session log before anything is delivered. Throws when it can't. */
  readonly record: (body: RecordBody, payload?: Uint8Array) => void;
  /** Hands a message to the server. Never throws: an upstream that fails answers through the lane. */
  readonly toServer: (message: Message, bytes: Uint8Array, headers: HeaderFields) => Promise<void>;
  /** For the person watching; holds nothing unmasked. */
  readonly note: (line: string) => void;
  /** A call was answered or refused. */
  readonly onCall: (call: CallSummary) => void;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** How large messages are inspected, so that others may go on meanwhile. */
  readonly pace: Pace;
}

/** One finished call, for the live line. */
export interface CallSummary {
  readonly method: string;
  readonly target: string | undefined;
  readonly masked: number;
  readonly verdict: 'allow' | 'deny';
  readonly ms: number;
}

/** A stage of the proxy. The same for both directions. */
export type Stage = (passage: Passage, deps: StageDeps) => Outcome | Promise<Outcome>;
