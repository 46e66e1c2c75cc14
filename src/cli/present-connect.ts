import type { ConnectResult, Keys } from '../app/connect.ts';
import type { Tried } from '../app/upload-spooled.ts';
import { LIMITS } from '../core/limits.ts';
import type { CallSummary } from '../core/message.ts';
import { visible } from '../core/visible.ts';
import { type ShowAuthorization, showAuthorization } from './present-authorize.ts';
import { uploadLine } from './present-upload.ts';
import { type Colours, coloursFor } from './colour.ts';
import type { Terminal } from './terminal.ts';

export interface Ready {
  readonly connection: string;
  readonly url: string;
  readonly token: string;
  readonly session: string;
  readonly keys: Keys;
  /** Whom the session will be attested for; undefined: nobody is logged in. */
  readonly attestedFor: string | undefined;
}

/** What `connect` shows while it runs. */
export interface ConnectPresenter {
  readonly ready: (ready: Ready) => void;
  readonly call: (call: CallSummary) => void;
  readonly note: (line: string) => void;
  /** Undefined: nothing was to be uploaded. */
  readonly uploaded: (tried: Tried | undefined) => void;
  readonly trouble: (line: string) => void;
  /** Has a person authorize hallpass at the server; undefined: nobody is there. */
  readonly authorize: ((server: string) => ShowAuthorization) | undefined;
  /** For one server's masked stderr, piece by piece; `undefined` at its end. */
  readonly openStderr: () => (masked: Uint8Array | undefined) => void;
}

/** On stdio: stdout belongs to the protocol, so there are only notes, and the server's own words as they come. */
export function stdioPresenter(terminal: Terminal): ConnectPresenter {
  return {
    ready: () => undefined,
    call: () => undefined,
    note: (line) => terminal.note(`hallpass: ${visible(line)}`),
    uploaded: (tried) => {
      if (tried !== undefined) terminal.note(`hallpass: ${uploadLine(tried)}`);
    },
    trouble: () => undefined,
    // Whoever uses the client does not see this stderr.
    authorize: undefined,
    openStderr: () => lineByLine((lines) => terminal.note(visible(lines))),
  };
}

/** On HTTP: where to connect to, and with a person watching a line for each call. */
export function httpPresenter(terminal: Terminal, options: { json: boolean }): ConnectPresenter {
  const stdio = stdioPresenter(terminal);
  const colours = coloursFor({ isTty: terminal.stderrIsTty });
  return {
    ...stdio,
    uploaded: (tried) => {
      if (options.json && tried !== undefined) terminal.json({ event: 'upload', ...tried.result });
      else stdio.uploaded(tried);
    },
    authorize: (server) => showAuthorization(terminal, { server, json: options.json }),
    ready: (ready) => (options.json ? readyEvent(terminal, ready) : readyText(terminal, ready)),
    call: (call) => {
      if (terminal.stderrIsTty && !options.json) terminal.note(callLine(call, colours));
    },
  };
}

/** The last line of every session. */
export function summary({ secrets, exposed, excepted, counts, sealed, why }: ConnectResult): string {
  const refused = counts.refused > 0 ? `, ${plural(counts.refused, 'message')} refused` : '';
  const passed = excepted > 0 ? `, ${excepted} excepted` : '';
  const end = sealed ? 'sealed' : `NOT sealed: ${why ?? 'unknown reason'}`;
  return `${plural(secrets, 'secret')} masked, ${exposed} exposed${passed}${refused}, ${end}. hallpass review`;
}

function readyEvent(terminal: Terminal, { connection, url, token, session }: Ready): void {
  terminal.json({ event: 'ready', connection, url, token, session });
}

function readyText(terminal: Terminal, { connection, url, token, session, keys, attestedFor }: Ready): void {
  const config = {
    mcpServers: { [connection]: { type: 'http', url, headers: { Authorization: `Bearer ${token}` } } },
  };
  const attestation =
    attestedFor === undefined
      ? 'unattested'
      : `attested for ${visible(attestedFor, { oneLine: true })} at its end`;
  terminal.note(`${connection} is at ${url}`);
  terminal.note(
    `session ${session}, policy guard, signed by ${keys.persistent ? 'this device' : 'a key for this session only'} (${keys.signer.record.key}), ${attestation}`,
  );
  terminal.note('The token opens this connection from this machine, and nothing else. For an MCP client:');
  terminal.result(JSON.stringify(config, null, 2));
  terminal.note('Ctrl-C ends the session.');
}

// A peer chooses how long a name is, a person reads one line.
const CALL_CHARS = 80;

function callLine({ method, target, masked, verdict, ms }: CallSummary, colours: Colours): string {
  const what = visible(target === undefined ? method : `${method} ${target}`, { oneLine: true });
  const time = ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
  const found = `masked ${masked}`;
  return [
    (what.length > CALL_CHARS ? `${what.slice(0, CALL_CHARS - 1)}…` : what).padEnd(40),
    masked > 0 ? colours.warning(found) : found,
    verdict === 'allow' ? colours.good(verdict) : colours.bad(verdict),
    colours.quiet(`${time} ms`),
  ].join('  ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

// Pieces end anywhere, in the middle of a line or of a character.
function lineByLine(show: (lines: string) => void): (piece: Uint8Array | undefined) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (piece) => {
    const text = rest + decoder.decode(piece, { stream: piece !== undefined });
    const isOver = piece === undefined || text.length > LIMITS.stderrLineChars;
    const end = isOver ? text.length : text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    if (end > 0) show(text.slice(0, end).replace(/\n$/, ''));
  };
}
