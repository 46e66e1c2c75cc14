/**
 * The words of a session log. What is on disk is `Event`: a body, plus what the writer adds. Field names are
 * snake_case as in every machine contract; all numbers are integers below 2^53. `docs/session-format.md` is the
 * description for other implementations.
 */

/** One detected secret: never its value, never a plain hash of it. */
export interface FindingRecord {
  readonly rule: string;
  /** JSON pointer into the message, or the span `start-end` in bytes of the masked payload. */
  readonly at: string;
  readonly placeholder: string;
  readonly why: string;
}

/** What a rule found and a person's exception left in clear: which, and where. The payload has its value. */
export interface ExceptedRecord {
  readonly rule: string;
  /** As of a finding; '' in the output of a command: somewhere in it. */
  readonly at: string;
  readonly placeholder: string;
}

/** What was left in clear. Each value once for a place. */
export interface Excepting {
  readonly excepted?: readonly ExceptedRecord[];
  /** How many further ones there were. */
  readonly unlisted_excepted?: number;
}

/** A person's exceptions that are in force from the start on. */
export interface ExceptionsRecord {
  readonly count: number;
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  /** An agent with a shell could have written them. */
  readonly unattended_possible: true;
}

/** The size of a terminal, in characters. */
export interface TerminalRecord {
  readonly columns: number;
  readonly rows: number;
}

export interface VerdictRecord {
  readonly outcome: 'allow' | 'deny' | 'hold';
  readonly reason: string;
  readonly rule: string;
}

export type Direction = 'to_server' | 'to_client';

/** Who seals: the device's persistent key, or one that lives no longer than the process. */
export interface SignerRecord {
  readonly kind: 'device' | 'ephemeral';
  /** OpenSSH fingerprint, `SHA256:…`. */
  readonly key: string;
}

/** Who, what, where, by which policy: all but what the store itself knows. Every text is masked. */
export interface StartDetails {
  readonly session_kind: 'connect' | 'run';
  readonly connection: string;
  /** OIDC subject, or `user@host` where nobody has logged in. */
  readonly subject: string;
  /** Who says so: the OIDC issuer. Only what names one can be attested. */
  readonly issuer?: string;
  readonly workspace: string;
  /** The command line or the URL behind the connection. */
  readonly upstream: string;
  /** Of `run`: the command and its arguments, each masked … */
  readonly argv?: readonly string[];
  /** … and the names of the variables it was given, never their values. */
  readonly env?: readonly string[];
  /** Of `run` on a terminal: how large that was. */
  readonly terminal?: TerminalRecord;
  readonly policy: string;
  /** False where an agent could have pressed the keys itself. */
  readonly attended: boolean;
  /** SHA-256 of the project's hallpass.yaml, where the connection is from there. */
  readonly project_file?: string;
  /** It is trusted by what an agent with a shell could have said. */
  readonly unattended_possible?: true;
  /** What passes although rules find it; none: nothing does. */
  readonly exceptions?: ExceptionsRecord;
  readonly versions: { readonly hallpass: string; readonly node: string };
}

export interface StartBody extends StartDetails {
  readonly kind: 'start';
  readonly format: typeof SESSION_FORMAT;
  readonly session: string;
  readonly signer: SignerRecord;
}

export interface MessageBody extends Excepting {
  readonly kind: 'message';
  readonly direction: Direction;
  readonly method?: string;
  /** The JSON text of the message's id, so that `1` and `"1"` stay apart. */
  readonly id?: string;
  readonly tool?: string;
  readonly findings: readonly FindingRecord[];
  /** How many further findings there were. */
  readonly unlisted?: number;
  readonly verdict: VerdictRecord;
  /** Of a held call: its client was told to call again, and what becomes of it is told then. */
  readonly waits?: true;
  /** Fields in which the server got its own words again, where the payload has placeholders: JSON pointers. */
  readonly returned?: readonly string[];
  /** Arguments in which the server got a secret where the payload has its placeholder: which, and where, a sentence each. */
  readonly restored?: readonly string[];
  /** Opaque binary passed through. */
  readonly unchecked?: true;
}

/**
 * What could not be parsed or inspected, or never came so far, and therefore did not pass. A payload is stored only if it
 * is safe to.
 */
export interface RefusedBody {
  readonly kind: 'refused';
  readonly direction: Direction;
  readonly reason: string;
  /** For how many refusals it stands, all for this reason; 1 unless given. */
  readonly times?: number;
  readonly method?: string;
  readonly id?: string;
  readonly tool?: string;
  readonly findings?: readonly FindingRecord[];
  /** How many further findings there were. */
  readonly unlisted?: number;
}

/** A call begins to wait for somebody's approval. */
export interface HoldBody {
  readonly kind: 'hold';
  readonly approval: string;
  readonly rule: string;
  readonly reason: string;
  /** How many people have to approve, and of which groups. */
  readonly approvals: number;
  readonly groups: readonly string[];
  /** Milliseconds since 1970. */
  readonly expires_at: number;
  readonly method?: string;
  readonly id?: string;
  readonly tool?: string;
}

/** What somebody said of a held call. */
export interface SaidRecord {
  readonly who: string;
  readonly verdict: 'approve' | 'deny';
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** False where an agent with a shell could have said it as well. */
  readonly attended: boolean;
  readonly break_glass?: true;
}

/** What came of a held call. An approval that is written here has been used up. */
export interface DecisionBody {
  readonly kind: 'decision';
  readonly approval: string;
  readonly state: 'approved' | 'used' | 'denied' | 'expired' | 'cancelled' | 'consumed';
  readonly by: readonly SaidRecord[];
  /** The approval is kept where an agent with a shell could give it itself. */
  readonly unattended_possible?: true;
}

/** A part of a definition that differs, as JSON text, masked. */
export interface FieldChangeRecord {
  /** JSON pointer within the definition. */
  readonly at: string;
  readonly before?: string;
  readonly after?: string;
}

/** What a server says of itself was pinned, is other than it was, or hides something. */
export interface DefinitionBody {
  readonly kind: 'definition';
  readonly change: 'pinned' | 'changed' | 'added' | 'removed' | 'hidden' | 'suspicious' | 'accepted';
  readonly what: 'tool' | 'prompt' | 'template' | 'resource' | 'instructions';
  readonly reason: string;
  /** The client sees it all the same, or not. */
  readonly action: 'flag' | 'hide';
  /** Masked. */
  readonly name?: string;
  /** Of `pinned`: how many. */
  readonly count?: number;
  readonly fields?: readonly FieldChangeRecord[];
  /** How many further fields differ. */
  readonly unlisted_fields?: number;
  /** An agent with a shell could have accepted it. */
  readonly unattended_possible?: true;
}

/** From here on another policy of the hub is in force. */
export interface PolicyBody {
  readonly kind: 'policy';
  /** Names and digests of all layers, as in `start`. */
  readonly policy: string;
  readonly hub: string;
  /** SHA-256 of the document as the hub signed it, hex. */
  readonly digest: string;
}

/** A piece of the server's masked stderr. */
export interface StderrBody extends Excepting {
  readonly kind: 'stderr';
  readonly findings: readonly FindingRecord[];
  /** How many further findings there were. */
  readonly unlisted?: number;
}

/** A piece of the masked output of a command that was run: of its stdout or stderr, or of a terminal that was both. */
export interface OutputBody extends Excepting {
  readonly kind: 'output';
  readonly stream: 'stdout' | 'stderr' | 'terminal';
  /** When it was written the terminal had another size than before. */
  readonly resized?: TerminalRecord;
  readonly findings: readonly FindingRecord[];
  /** How many further findings there were. */
  readonly unlisted?: number;
  /** Nobody has seen it: what was in force had run out. */
  readonly withheld?: true;
}

export interface ErrorBody {
  readonly kind: 'error';
  readonly code: string;
  readonly message: string;
}

/** Written by whoever seals a session that its own process left unsealed. */
export interface RecoveredBody {
  readonly kind: 'recovered';
  /** Bytes of a torn last line that were cut. */
  readonly cut_bytes: number;
  /** Bytes of payload records without an event that were cut. */
  readonly cut_payload_bytes: number;
  /** The last so many payloads named above never reached the disk. */
  readonly lost_payloads: number;
  readonly signer: SignerRecord;
}

/** What is added to a session after its end. */
interface AmendmentFields {
  /** Who seals from here on, where the key before lived for one session only: another such key. */
  readonly signer?: SignerRecord;
}

/** Says that a payload's bytes were removed on purpose; its commitment stays. */
export interface RedactBody extends AmendmentFields {
  readonly kind: 'redact';
  readonly target: number;
  readonly reason: string;
  /** False: at no terminal, so that nobody need have been there. */
  readonly attended?: boolean;
}

/** Somebody's remark, of one event or of the session as a whole. */
export interface NoteBody extends AmendmentFields {
  readonly kind: 'note';
  /** Masked. */
  readonly text: string;
  readonly target?: number;
  /** False: at no terminal, so that nobody need have been there. */
  readonly attended: boolean;
}

export type AmendmentBody = RedactBody | NoteBody;

export interface Counts {
  readonly to_server: number;
  readonly to_client: number;
  readonly findings: number;
  /** What was not delivered: unreadable, or denied. */
  readonly refused: number;
}

export interface EndBody {
  readonly kind: 'end';
  readonly reason: string;
  readonly exit_code?: number;
  readonly counts: Counts;
}

export type EventBody =
  | StartBody
  | MessageBody
  | RefusedBody
  | HoldBody
  | DecisionBody
  | DefinitionBody
  | PolicyBody
  | StderrBody
  | OutputBody
  | ErrorBody
  | RecoveredBody
  | AmendmentBody
  | EndBody;

/** What a recorder hands in; the store itself writes the others. */
export type RecordBody =
  | MessageBody
  | RefusedBody
  | HoldBody
  | DecisionBody
  | DefinitionBody
  | PolicyBody
  | StderrBody
  | OutputBody
  | ErrorBody;

export interface PayloadRecord {
  /** Bytes in the sidecar, without salt. */
  readonly size: number;
  /** SHA-256 over salt and masked bytes, lower-case hex. */
  readonly commit: string;
}

/** What the writer adds to every body. */
export interface Envelope {
  /** From 0, without a gap. */
  readonly seq: number;
  /** Wall clock, milliseconds since 1970. */
  readonly time: number;
  /** Microseconds since the session began, by a clock nobody sets. */
  readonly mono: number;
  readonly payload?: PayloadRecord;
}

export type Event = EventBody & Envelope;

export const SESSION_FORMAT = 'hallpass-session/1';

/** The `reason` of the `end` that a recovery writes. */
export const ABANDONED = 'abandoned';
