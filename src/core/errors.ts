/**
 * Exit codes of the command line, stable from the first release. `run` has a scheme of its own on top.
 */
export const EXIT = {
  ok: 0,
  bug: 1,
  usage: 2,
  auth: 3,
  denied: 4,
  upstream: 5,
  integrity: 6,
  config: 7,
  held: 8,
  secretsFound: 9,
  uploadFailed: 10,
  /** 128 + SIGINT, as a shell has it: Ctrl-C at a question. */
  interrupted: 130,
  /** 128 + SIGPIPE, as a shell has it: nobody reads stdout any more. */
  readerGone: 141,
} as const;

type ExitName = keyof typeof EXIT;

/**
 * Every error a user may see: its stable code, the exit code, and the hint used when the place that throws has no
 * better one. `docs/errors.md` is generated from this table.
 */
export const ERRORS = {
  ERR_USAGE: { exit: 'usage', hint: 'hallpass COMMAND --help shows the flags and an example.' },
  ERR_OLD_NODE: {
    exit: 'config',
    hint: 'Install a current Node. In a checkout of hallpass, npx hallpass brings its own.',
  },
  ERR_CONFIG: { exit: 'config', hint: 'Correct the file at the place named and run the command again.' },
  ERR_POLICY_TEST: {
    exit: 'config',
    hint: 'Correct the policy, or the row: hallpass policy explain says which rule decides a call, and why.',
  },
  ERR_NO_SUCH_CONNECTION: {
    exit: 'config',
    hint: 'Connections are named under `connections:` in hallpass.yaml.',
  },
  ERR_UNTRUSTED_PROJECT: { exit: 'config', hint: 'Read the file, then run: hallpass trust' },
  ERR_NOT_ACCEPTED: {
    exit: 'denied',
    hint: 'Read what has changed, and say yes on a terminal: hallpass trust --tools',
  },
  ERR_PORT_TAKEN: { exit: 'config', hint: 'Stop what listens there, or pass --port 0 for any free port.' },
  ERR_STATE_DIR: {
    exit: 'config',
    hint: 'hallpass does not run unrecorded: make the directory writable, free some space, or set HALLPASS_STATE_DIR.',
  },
  ERR_NO_SUCH_APPROVAL: { exit: 'usage', hint: 'hallpass approvals list shows what waits.' },
  ERR_NOT_DECIDED: { exit: 'denied', hint: 'hallpass approvals list --all shows where it stands.' },
  ERR_TOO_MANY_HELD: { exit: 'held', hint: 'Decide some of them: hallpass approvals' },
  ERR_RECORD_FAILED: {
    exit: 'integrity',
    hint: 'The call was not delivered because it could not be recorded. Free some space and try again.',
  },
  ERR_NO_SUCH_SESSION: { exit: 'usage', hint: 'hallpass sessions list shows the sessions on this machine.' },
  ERR_ALREADY_SENT: {
    exit: 'denied',
    hint: 'What a hub has stays as it was sent. To look at a session before it goes there, record it with --upload=manual.',
  },
  ERR_SESSION_CORRUPT: { exit: 'integrity', hint: 'hallpass verify SESSION names the place.' },
  ERR_VERIFY_FAILED: {
    exit: 'integrity',
    hint: 'Keep a copy of the files: they are evidence of what was changed.',
  },
  ERR_KEYCHAIN: {
    exit: 'config',
    hint: 'Unlock the keychain, or set HALLPASS_KEYCHAIN=file and HALLPASS_PASSPHRASE.',
  },
  ERR_VAULT_DAMAGED: {
    exit: 'integrity',
    hint: 'Restore the file from a backup, or move it away to start with new keys: older sessions then verify with --allowed-signers.',
  },
  ERR_AUTH: { exit: 'auth', hint: 'Log in: hallpass login' },
  ERR_NOT_AUTHORIZED: {
    exit: 'auth',
    hint: 'Let hallpass in beforehand: hallpass authorize NAME, or the URL',
  },
  ERR_OAUTH: {
    exit: 'auth',
    hint: 'docs/oauth.md says what a server and its authorization server have to support, and how to name a client of your own.',
  },
  ERR_NO_SUCH_PROFILE: { exit: 'usage', hint: 'A new one: hallpass login --profile NAME HUB' },
  ERR_DENIED: {
    exit: 'denied',
    hint: 'A grant at the hub gives access; ask who administers it.',
  },
  ERR_INSECURE_ADDRESS: {
    exit: 'config',
    hint: 'Use https. Plain http is for this machine alone (127.0.0.1, localhost).',
  },
  ERR_HUB_UNREACHABLE: {
    exit: 'upstream',
    hint: 'Check that the hub runs and, behind a proxy, HTTPS_PROXY and NO_PROXY. Nothing is lost: run the command again.',
  },
  ERR_HUB: {
    exit: 'upstream',
    hint: 'Check that the address is that of a hub, and that it is of this version.',
  },
  ERR_ISSUER_UNREACHABLE: {
    exit: 'upstream',
    hint: 'The login itself is kept. Check the network and, behind a proxy, HTTPS_PROXY and NO_PROXY; run the command again.',
  },
  ERR_UPLOAD_FAILED: {
    exit: 'uploadFailed',
    hint: 'Nothing is lost: hallpass sessions upload --pending tries again.',
  },
  ERR_UPLOAD_REFUSED: {
    exit: 'integrity',
    hint: 'The session stays on this machine; hallpass verify SESSION shows what the hub may not like.',
  },
  ERR_RECEIPT: {
    exit: 'integrity',
    hint: 'Tell who administers the hub: what it shows contradicts its own log, or somebody stands in its place.',
  },
  ERR_POLICY_SIGNATURE: {
    exit: 'integrity',
    hint: 'Ask who administers the hub. What was in force before stays so; nothing goes by what does not verify.',
  },
  ERR_POLICY_UNKNOWN: {
    exit: 'denied',
    hint: 'Try again when the hub can be reached. To work without it, and by none of its grants: hallpass logout',
  },
  ERR_HUB_KEYS_CHANGED: {
    exit: 'integrity',
    hint: 'Ask who administers the hub. If it was set up anew: hallpass login --accept-new-keys',
  },
  ERR_CREDENTIALS_DAMAGED: {
    exit: 'integrity',
    hint: 'Delete the file; then log in, or add the secret, again.',
  },
  ERR_NO_SUCH_SECRET: { exit: 'usage', hint: 'hallpass secret list shows the names.' },
  ERR_SECRET_ORIGIN: {
    exit: 'denied',
    hint: 'hallpass secret add NAME --origin ORIGIN stores it again, for the origin where it belongs.',
  },
  ERR_STOPPED: { exit: 'interrupted', hint: 'Nothing was begun that goes on. Run the command again.' },
  ERR_DATABASE: {
    exit: 'upstream',
    hint: 'docs/run.md says what a database has to let hallpass do; psql with the same address and user shows what it says.',
  },
  ERR_MINT_COMMAND: { exit: 'upstream', hint: 'Run the command alone to see what it prints.' },
  ERR_HUB_RUNNING: {
    exit: 'config',
    hint: 'Stop the other hub, or pass --data with a directory of its own.',
  },
  ERR_HUB_DATA: {
    exit: 'integrity',
    hint: 'Restore the whole data directory from one backup, and start it with the version that wrote it, or a newer one.',
  },
  ERR_LOG_FORKED: {
    exit: 'integrity',
    hint: 'The database is older than what the log has published. Restore a newer backup: going on would fork the log.',
  },
  ERR_NO_SUCH_PATH: { exit: 'usage', hint: 'docs/hub-api.md describes what a hub answers to.' },
  ERR_BAD_REQUEST: { exit: 'usage', hint: 'docs/hub-api.md describes what a hub expects.' },
  ERR_TOO_LARGE: { exit: 'usage', hint: 'docs/hub.md names the limits.' },
  ERR_TOO_MANY_UPLOADS: { exit: 'denied', hint: 'Finish or abandon the uploads that are under way.' },
  ERR_CHUNK_DAMAGED: { exit: 'integrity', hint: 'Send the chunk again.' },
  ERR_UPLOAD_CONFLICT: {
    exit: 'integrity',
    hint: 'Ask for the state of the upload. Where other bytes are there already, the session was changed after it was sent.',
  },
  ERR_CERTIFICATE: {
    exit: 'auth',
    hint: 'Have a new certificate made and sign the same checkpoint again.',
  },
  ERR_POSSESSION: {
    exit: 'auth',
    hint: "Sign a new statement with the key that is to be certified (docs/hub-api.md). Where it is always too old or too new, set this machine's clock.",
  },
  ERR_SESSION_FORKED: {
    exit: 'integrity',
    hint: 'The log was changed after it was recorded. Keep the files: hallpass verify --hub SESSION shows what the hub has of it.',
  },
  ERR_UPSTREAM_NOT_FOUND: {
    exit: 'upstream',
    hint: 'Check the spelling and PATH, or give the absolute path.',
  },
  ERR_UPSTREAM_EXITED: {
    exit: 'upstream',
    hint: "The server's own output above says why; run its command alone to try.",
  },
  ERR_UPSTREAM: { exit: 'upstream', hint: 'Check that the server runs and that its address is right.' },
  ERR_COMMAND_NOT_FOUND: {
    exit: 'usage',
    hint: 'Check the spelling and PATH, or give the absolute path. A command line with pipes or variables: --shell',
  },
  ERR_CANNOT_RUN: { exit: 'usage', hint: 'Check that it is a program, and that you may run it: chmod +x' },
  ERR_SECRETS_FOUND: { exit: 'secretsFound', hint: 'Rotate what was found, then remove it from the file.' },
  ERR_FILE_EXISTS: { exit: 'usage', hint: 'Name another path: nothing is overwritten.' },
  ERR_GIT: { exit: 'config', hint: 'Run it inside of a git repository, with git on PATH.' },
  ERR_NO_SUCH_FINDING: {
    exit: 'usage',
    hint: 'hallpass scan shows the fingerprint of each finding. Was it found elsewhere, name that: hallpass allow FINGERPRINT PATH',
  },
  ERR_NO_SUCH_EXCEPTION: { exit: 'usage', hint: 'hallpass allow list shows what has been allowed.' },
  ERR_SETUP_CHANGED: {
    exit: 'config',
    hint: 'Close the client and run it again. With --undo, --merge puts back what setup changed and leaves the rest as it is now.',
  },
  ERR_NOTHING_TO_UNDO: {
    exit: 'usage',
    hint: 'hallpass setup CLIENT --project --undo undoes that of a project.',
  },
  ERR_NOT_CONFIRMED: { exit: 'denied', hint: 'Say yes on a terminal, or pass --yes.' },
  ERR_UNREADABLE_FILE: { exit: 'config', hint: 'Give yourself permission to read it, or leave it out.' },
  ERR_OUTPUT: {
    exit: 'config',
    hint: 'Free some space, or send the output elsewhere; then run the command again.',
  },
  ERR_NO_SUCH_FILE: { exit: 'usage', hint: 'Check the path.' },
  ERR_BUG: { exit: 'bug', hint: 'This is a bug in hallpass. HALLPASS_DEBUG=1 shows the stack.' },
} as const satisfies Record<string, { exit: ExitName; hint: string }>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * An error made for a person: what happened and why (`message`), what to do next (`hint`), and what a script may match
 * on (`code`). Neither text may ever hold a secret.
 */
export class HallpassError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HallpassError';
    this.code = code;
    this.hint = options.hint ?? ERRORS[code].hint;
  }

  /** The process exit code that belongs to this error. */
  get exitCode(): number {
    return EXIT[ERRORS[this.code].exit];
  }
}

/** True when `error` is a Node system error with this `code` (ENOENT, EACCES…). */
export function isSystemError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
