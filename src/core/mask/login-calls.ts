import type { Anchor, Hit } from './anchors.ts';
import { byteClass, complement } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { password } from './password-candidate.ts';
import { literalAt, LONGEST_GAP, type Span } from './values.ts';

/** Calls that take a password or key at a place among their arguments, by the documentation of their languages and libraries. */
const CALLS: Readonly<Record<number, readonly string[]>> = {
  1: [
    'simple_bind_s(',
    'userpassword(',
    'basic_auth(',
    'basic_auth ',
    'passwordauthentication(',
    'passwordcredentials(',
    'basiccredentials(',
    'jwt.sign(',
    'jwt.verify(',
    'jwt.encode(',
    'jwt.decode(',
    'createhmac(',
  ],
  2: [
    'getconnection(',
    'mysqli_connect(',
    'mysql_connect(',
    'new mysqli(',
    'ftp_login(',
    'ldap_bind(',
    'new pdo(',
    'directoryentry(',
    'plainauth(',
    'sql.connect(',
    'dbi->connect(',
  ],
};

const BLANK = byteClass(' \t\r\n');
const IN_ARGUMENT = complement(byteClass(',()"\'\r\n\0'));
const LONGEST_ARGUMENT = 128;
const COMMA = 0x2c;
const OPEN = 0x28;

export function loginAnchors(): Anchor[] {
  return Object.entries(CALLS).flatMap(([place, literals]) =>
    literals.map((literal) => ({ literal, match: (hit: Hit) => argument(hit, Number(place)) })),
  );
}

function argument({ window, end }: Hit, place: number): Candidate | undefined {
  let at = window.runEnd(end, BLANK, end + LONGEST_GAP);
  for (let i = 0; i < place; i++) {
    const past = pastArgument(window, at);
    if (past === undefined) return undefined;
    at = past;
  }
  return password(
    window,
    literalAt(window, at) ?? wrapped(window, at),
    'a login or signature is made with it',
  );
}

// Past an argument and the comma behind it.
function pastArgument(window: Hit['window'], at: number): number | undefined {
  const first = literalAt(window, at);
  const past = first === undefined ? window.runEnd(at, IN_ARGUMENT, at + LONGEST_ARGUMENT) : first.end + 1;
  const isEmpty = first === undefined && window.peek(past) === window.peek(past + 1) && past === at;
  const comma = isEmpty ? past + 2 : past;
  if (window.peek(comma) !== COMMA) return undefined;
  return window.runEnd(comma + 1, BLANK, comma + 1 + LONGEST_GAP);
}

const SOME = [0x53, 0x6f, 0x6d, 0x65, OPEN];

// Some("…") of Rust.
function wrapped(window: Hit['window'], at: number): Span | undefined {
  return SOME.every((byte, i) => window.peek(at + i) === byte)
    ? literalAt(window, at + SOME.length)
    : undefined;
}
