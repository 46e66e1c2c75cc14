import type { Anchor, Hit } from './anchors.ts';
import { byteClass, complement } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { judge, type ValueKind } from './judge.ts';
import { latin1, LONGEST_GAP, QUOTE, literalAt, SPACE, type Span } from './values.ts';
import type { Window } from './window.ts';

/** Passwords on command lines, by the manual pages of the commands that take them so. */
export function commandAnchors(): Anchor[] {
  return [
    { literal: ' -u', match: curlPassword },
    { literal: '--user', match: curlPassword },
    { literal: ' -p', match: (hit) => option(hit, isUpper(hit) ? PASSWORD_AFTER_UPPER_P : PASSWORD_AFTER_P) },
    { literal: ' -a ', match: (hit) => option(hit, PASSWORD_AFTER_A) },
    { literal: ' -w ', match: (hit) => option(hit, PASSWORD_AFTER_W) },
    { literal: ' -pw ', match: (hit) => option(hit, PASSWORD_AFTER_PW) },
    { literal: ' -k ', match: (hit) => option(hit, PASSWORD_AFTER_K) },
    { literal: ' pass:', match: (hit) => option(hit, PASSWORD_AFTER_PASS) },
    { literal: '--proxy-user', match: curlPassword },
    { literal: '--from-literal=', match: fromLiteral },
  ];
}

/** Commands with `-p PASSWORD`; those of MySQL want it without a space: with one they ask, and it is a database. */
const PASSWORD_AFTER_P =
  /(?:^|[\s"'`/\\])(?:(?<glued>mysql\w*|mariadb[\w-]*|7z[ar]?|unrar|rar)|sshpass|mongo(?:sh|dump|restore|export|import)?|psexec(?:64)?(?:\.exe)?|ncftp(?:put|get)|rdesktop|cqlsh|couchbase-cli|cbq|evil-winrm|crackmapexec|netexec|nxc|hydra|medusa|(?:cf|ibmcloud) login|dotnet nuget|twine upload|(?:docker|podman|helm registry|oras|crane auth|buildah|nerdctl) login|az login|oc login|rabbitmqadmin)\s/i;
const PASSWORD_AFTER_A = /(?:^|[\s"'`/])redis-cli\s/;
const PASSWORD_AFTER_W = /(?:^|[\s"'`/])ldap(?:search|modify|add|delete|passwd|whoami)\s/;

const PASSWORD_AFTER_PW = /(?:^|[\s"'`/\\])(?:plink|pscp|psftp|putty)(?:\.exe)?\s/i;
const PASSWORD_AFTER_K = /(?:^|[\s"'`/])(?:openssl\s+enc|nuget\s+push)\s/;
const PASSWORD_AFTER_PASS = /(?:^|[\s"'`/])(?<glued>openssl)\s/;

const OPTION_VALUE = complement(byteClass(' \t\r\n"\'`\\\0'));
const LONGEST_VALUE = 256;
const NO_PASSWORD: ReadonlySet<ValueKind> = new Set<ValueKind>(['reference', 'dummy', 'empty', 'plain']);
const DASH = 0x2d;

const UPPER_P = 0x50;
const PASSWORD_AFTER_UPPER_P =
  /(?:^|[\s"'`/])(?:sqlcmd|bcp|tsql|isql|zip|ipmitool|mosquitto_(?:pub|sub)|keyctl|unzip|p4)\s/;

// Literals are found in any case.
function isUpper({ window, end }: Hit): boolean {
  return window.peek(end - 1) === UPPER_P;
}

function option(hit: Hit, command: RegExp): Candidate | undefined {
  const { window } = hit;
  const found = command.exec(commandBefore(window, hit.start));
  if (found === null) return undefined;
  const value = valueOf(window, hit.end, found.groups?.['glued'] !== undefined);
  if (value === undefined || NO_PASSWORD.has(judge(latin1(window, value.start, value.end)))) return undefined;
  return { ...value, rule: 'command_password', kind: 'structure', why: 'it is the password of a command' };
}

const COMMAND_BYTES = 200;
const COMMAND_END = byteClass('\r\n;|&\0');

// Back to where the command began, or to the same option: so no text is gone back over twice.
function commandBefore(window: Window, at: number): string {
  const stop = Math.max(0, at - COMMAND_BYTES);
  let from = at;
  for (; from > stop; from--) {
    const byte = window.peek(from - 1);
    if (COMMAND_END[byte] === 1 && !isContinued(window, from - 1)) break;
    if (byte === window.peek(at + 2) && window.peek(from - 2) === DASH && SPACE[window.peek(from - 3)] === 1)
      break;
  }
  return latin1(window, from, at + 1);
}

const LINE_END = byteClass('\r\n');
const BACKSLASH = 0x5c;

// A line end with a backslash before it.
function isContinued(window: Window, at: number): boolean {
  const end = window.runStart(at, LINE_END, at - 1);
  return LINE_END[window.peek(at)] === 1 && window.peek(end - 1) === BACKSLASH;
}

function valueOf(window: Window, from: number, isTight: boolean): Span | undefined {
  const start = isTight ? from : window.runEnd(from, SPACE, from + LONGEST_GAP);
  if (QUOTE[window.peek(start)] === 1) return literalAt(window, start);
  const end = window.runEnd(start, OPTION_VALUE, start + LONGEST_VALUE);
  return end === start || window.peek(start) === DASH ? undefined : { start, end };
}

const KEY = byteClass('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-');
const EQUALS = 0x3d;

// kubectl create secret generic … --from-literal=any=…
function fromLiteral({ window, end }: Hit): Candidate | undefined {
  const tie = window.runEnd(end, KEY, end + LONGEST_VALUE);
  if (window.peek(tie) !== EQUALS) return undefined;
  const value = valueOf(window, tie + 1, true);
  if (value === undefined || NO_PASSWORD.has(judge(latin1(window, value.start, value.end)))) return undefined;
  return {
    ...value,
    rule: 'command_password',
    kind: 'structure',
    why: 'it is made part of a Kubernetes Secret',
  };
}

const CURL_GAP = byteClass(' ="\'');
const CURL_VALUE = complement(byteClass(' \t\r\n"\'\\\0'));
const LONGEST_USERINFO = 1024;
/** test:test, admin:admin: what tutorials write. */
const NO_CURL_PASSWORD: ReadonlySet<ValueKind> = new Set<ValueKind>([
  'reference',
  'dummy',
  'common',
  'empty',
]);

// -ume:…, but not --user-agent.
function isGlued({ start, end }: Hit): boolean {
  return end - start === ' -u'.length;
}

// What follows the colon after curl's -u, also quoted in part.
function curlPassword(hit: Hit): Candidate | undefined {
  const { window } = hit;
  if (!commandBefore(window, hit.start).includes('curl')) return undefined;
  const start = window.runEnd(hit.end, CURL_GAP, hit.end + 4);
  const end = window.runEnd(start, CURL_VALUE, start + LONGEST_USERINFO);
  const user = latin1(window, start, end);
  const colon = user.indexOf(':');
  if ((start === hit.end && !isGlued(hit)) || colon === -1 || /^[<[{]/.test(user)) return undefined;
  const quoted = start + colon + 1 === end ? window.runEnd(end, CURL_GAP, end + 1) : start + colon + 1;
  const past = window.runEnd(quoted, CURL_VALUE, quoted + LONGEST_USERINFO);
  const password = latin1(window, quoted, past);
  const finding = {
    rule: 'curl_password',
    kind: 'structure',
    why: 'it is the password of a curl command',
  } as const;
  // -u "sk_…:", a key for a user and no password.
  if (colon === user.length - 1 && judge(user.slice(0, colon)) === 'random')
    return { ...finding, start, end: start + colon };
  if (past === quoted || /^[${]/.test(password)) return undefined;
  if (NO_CURL_PASSWORD.has(judge(password.replace(/[,.;)]+$/, '')))) return undefined;
  return { ...finding, start: quoted, end: past };
}
