import { isLoopback } from '../identity/address.ts';
import { holdsUserInfo } from '../core/user-info.ts';
import { RESERVED_HEADER } from './project-file.ts';
import { hasReference, holdsSecret, holdsSecretArgument, isSecretSetting } from './setup-secrets.ts';

/** How servers are to be wrapped. */
export interface WrapOptions {
  /** Secrets stay where they are. */
  readonly keepSecrets: boolean;
  /** The file came with a project, so that an attacker may have written it. */
  readonly isProject: boolean;
  /** The person named this server. */
  readonly isNamed: boolean;
}

/** A secret of a server that is to be moved, by the variable or header it is for. */
export interface Moved {
  readonly key: string;
  /** What stands before the secret itself, as in `Bearer …`. */
  readonly before: string;
  readonly value: string;
}

/** What is to become of one server of a client. */
export type Decision =
  | { readonly kind: 'leave'; readonly why: string }
  /** The client starts hallpass with the server's command behind it, which stays where it was. */
  | { readonly kind: 'inline'; readonly command: string }
  /** The server becomes a connection of the user's own `hallpass.yaml`. */
  | {
      readonly kind: 'command';
      readonly command: string;
      readonly args: readonly string[];
      readonly secrets: readonly Moved[];
    }
  | {
      readonly kind: 'url';
      readonly url: string;
      /** By the old HTTP+SSE transport. */
      readonly isOld: boolean;
      readonly headers: Readonly<Record<string, string>>;
      readonly secrets: readonly Moved[];
    };

/** Decides about one entry of `mcpServers`. It may be an attacker's, and is not run to decide. */
export function decideServer(entry: unknown, options: WrapOptions): Decision {
  const server = readServer(entry);
  if (server === undefined) return leave('it is not written as the client documents it');
  if (server.url !== undefined) return decideUrl({ ...server, url: server.url }, options);
  return server.command === undefined
    ? leave('it has neither a command nor a url')
    : decideCommand({ ...server, command: server.command }, options);
}

interface Server {
  readonly type: string | undefined;
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The client logs in there, or has a command do so. */
  readonly logsIn: boolean;
}

function decideCommand(server: Server & { command: string }, options: WrapOptions): Decision {
  const { command, args, env } = server;
  if (isWrapped(command, args)) return leave('it goes through hallpass already');
  if (Object.keys(env).some((name) => name.startsWith('HALLPASS_')))
    return leave('it has a variable HALLPASS_…, which would be for hallpass and not for the server');
  if (options.keepSecrets) return { kind: 'inline', command };
  if (holdsSecretArgument([command, ...args]))
    return leave(
      'one of its arguments looks like a secret: move that to a variable first, or pass --keep-secrets',
    );
  const secrets = settingsOf(env).filter(({ key, value }) => isSecretSetting(key, value));
  const refers = [command, ...args].some(hasReference);
  if (refers && secrets.length > 0)
    return leave(
      'its command has ${…}, which only the client fills in, beside a secret to be moved: write the values out, or pass --keep-secrets',
    );
  if (secrets.length === 0 && (refers || options.isProject)) return { kind: 'inline', command };
  return { kind: 'command', command, args, secrets };
}

function decideUrl(server: Server & { url: string }, options: WrapOptions): Decision {
  const { url, type, headers } = server;
  const why = unfitUrl(server, options) ?? unfitHeaders(headers, options);
  if (why !== undefined) return leave(why);
  const secrets = settingsOf(headers).filter(({ key, value }) => isSecretHeader(key, value));
  const { protocol } = new URL(url);
  if (secrets.length > 0 && protocol !== 'https:' && !isLoopback(new URL(url)))
    return leave('its address is not https, and hallpass sends no secret there');
  const moved = new Set(secrets.map(({ key }) => key));
  const plain = Object.entries(headers).filter(([name]) => !moved.has(name));
  const isOld = type === 'sse';
  return { kind: 'url', url, isOld, headers: Object.fromEntries(plain), secrets: secrets.map(withScheme) };
}

function unfitUrl(
  { url, logsIn, headers }: Server & { url: string },
  options: WrapOptions,
): string | undefined {
  if (hasReference(url)) return 'its address has ${…}, which only the client fills in';
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return 'its address is not one of http or https';
  if (holdsUserInfo(url) || holdsSecret(url) || holdsSecretQuery(url))
    return 'its address holds a secret, which can not be moved: have the server take it in a header';
  const isOpen =
    isLoopback(new URL(url)) || Object.keys(headers).some((name) => /^authorization$|key|token/i.test(name));
  if (logsIn)
    return 'the client logs in to it (OAuth) by settings of its own, which hallpass does not read: take them out, then name it';
  if (!isOpen && !options.isNamed)
    return 'the client may be logged in to it (OAuth): name it, and hallpass authorize logs in instead';
  return undefined;
}

function unfitHeaders(headers: Readonly<Record<string, string>>, options: WrapOptions): string | undefined {
  const entries = Object.entries(headers);
  if (entries.some(([name]) => RESERVED_HEADER.test(name))) return 'it sets a header that is the proxy’s own';
  if (entries.some(([name, value]) => !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\x20-\x7e]*$/.test(value)))
    return 'one of its headers is none';
  if (entries.some(([, value]) => hasReference(value)))
    return 'one of its headers has ${…}, which only the client fills in';
  if (options.keepSecrets && entries.some(([name, value]) => isSecretHeader(name, value)))
    return 'a header holds a secret, and with --keep-secrets that has no place to stay';
  return undefined;
}

function holdsSecretQuery(url: string): boolean {
  return [...new URL(url).searchParams].some(([name, value]) => isSecretSetting(name, value));
}

function isSecretHeader(name: string, value: string): boolean {
  return /^(?:authorization|cookie)$/i.test(name) || isSecretSetting(name, value);
}

// Of `Basic abc` the second word is the secret; kept by itself it is masked wherever it turns up.
function withScheme({ key, value }: Moved): Moved {
  const [, before, rest] = /^([A-Za-z][A-Za-z0-9-]* )([^\s]+)$/.exec(value) ?? [];
  return before === undefined || rest === undefined
    ? { key, before: '', value }
    : { key, before, value: rest };
}

function settingsOf(settings: Readonly<Record<string, string>>): Moved[] {
  return Object.entries(settings).map(([key, value]) => ({ key, before: '', value }));
}

/** Whether a client's command is hallpass already, of this installation or another. */
function isWrapped(command: string, args: readonly string[]): boolean {
  if (/(?:^|[/\\])hallpass(?:\.cmd|\.exe)?$/i.test(command)) return args[0] === 'connect';
  const connects = args.indexOf('connect');
  const runs = /(?:^|[/\\])(?:hallpass|bin[/\\](?:run|dev)\.js)$|^hallpass(?:@.*)?$/i;
  return connects > 0 && connects <= 2 && runs.test(args[connects - 1] ?? '');
}

function readServer(entry: unknown): Server | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return undefined;
  const {
    type,
    command,
    args = [],
    env = {},
    url,
    headers = {},
    ...others
  } = entry as Record<string, unknown>;
  if (!isMaybeString(type) || !isMaybeString(command) || !isMaybeString(url)) return undefined;
  if (!Array.isArray(args) || !args.every((value) => typeof value === 'string')) return undefined;
  if (!isStrings(env) || !isStrings(headers) || command === '') return undefined;
  if (command !== undefined && url !== undefined) return undefined;
  const logsIn = 'oauth' in others || 'auth' in others || 'headersHelper' in others;
  return { type, command, args, env, url, headers, logsIn };
}

function isMaybeString(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isStrings(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => typeof one === 'string')
  );
}

function leave(why: string): Decision {
  return { kind: 'leave', why };
}
