import { HallpassError } from '../core/errors.ts';
import { mayPass, tagOf } from '../core/mask/exceptions.ts';
import { ruleIn } from '../core/mask/placeholder-text.ts';
import type { Placeholders } from '../core/mask/placeholders.ts';
import type { FileChange } from './allow.ts';
import {
  parseValueExceptions,
  type ValueExceptionEntry,
  withValueException,
} from './value-exceptions-file.ts';

export interface ValueToAllow {
  readonly placeholder: string;
  /** Only there; undefined: wherever this workspace's values go. */
  readonly connection: string | undefined;
  readonly reason: string | undefined;
  /** The rule that found it, where that is known: a placeholder may be named by another. */
  readonly rule?: string;
}

export interface AllowValueDeps {
  /** Of the workspace whose value it is. */
  readonly placeholders: Placeholders;
  /** Where the value of a placeholder is known from; undefined: it is no known one. */
  readonly knownFrom: (placeholder: string) => string | undefined;
  readonly file: string;
  /** The text of the person's file, if there is one. Throws ERR_CONFIG for one that is not used. */
  readonly read: () => string | undefined;
  readonly write: (text: string) => void;
  /** `2026-11-21` */
  readonly today: () => string;
  /** Why no exception counts here; undefined: they do. */
  readonly whyNot: () => Promise<string | undefined>;
}

/** What would be written to let a value pass, and what comes of that. */
export interface ValuePlan extends FileChange {
  readonly means: string;
  /** The file says so already. */
  readonly isThere: boolean;
  readonly write: () => void;
}

/**
 * Says how to let a value pass that was masked: by an exception in the person's own file. Nothing is written before that is asked.
 *
 * @throws {HallpassError} ERR_USAGE, ERR_NO_SUCH_FINDING, ERR_DENIED for what no exception lets pass, ERR_CONFIG
 */
export async function planAllowing(value: ValueToAllow, deps: AllowValueDeps): Promise<ValuePlan> {
  checkPlaceholder(value, deps);
  const { file } = deps;
  const before = deps.read();
  const entries = before === undefined ? [] : parseValueExceptions(before, file);
  const isThere = entries.some((one) => covers(one, value));
  const { placeholder, connection, reason } = value;
  const entry = { placeholder, connection, rule: undefined, reason, date: deps.today() };
  const after = isThere ? (before ?? '') : withValueException(before, entry);
  const means = meaning(value, await deps.whyNot());
  return { file, before: before ?? '', after, means, isThere, write: () => writeOver(before, after, deps) };
}

function checkPlaceholder({ placeholder, rule }: ValueToAllow, deps: AllowValueDeps): void {
  if (!deps.placeholders.isIssued(placeholder))
    throw new HallpassError('ERR_NO_SUCH_FINDING', `${placeholder} is no placeholder of this workspace`, {
      hint: 'Run it in the project in whose session it stands. A workspace that is idle for 30 days gets other ones.',
    });
  const known = deps.knownFrom(placeholder);
  if (known !== undefined) throw knownValue(`${placeholder} is the value of ${known}`);
  for (const name of [ruleIn(placeholder), rule]) {
    if (name === undefined || mayPass({ rule: name })) continue;
    if (name === 'known') throw knownValue(`${placeholder} is a known secret`);
    throw new HallpassError('ERR_DENIED', `${placeholder} was masked by ${name}, a rule of a policy`, {
      hint: 'Only who writes that policy can say otherwise: its masking.',
    });
  }
}

function knownValue(message: string): HallpassError {
  return new HallpassError('ERR_DENIED', `${message}: what is known to be a secret is never let pass`, {
    hint: 'If it is none: take it out of the environment, the .env file or hallpass secret, whichever names it.',
  });
}

function covers(entry: ValueExceptionEntry, { placeholder, connection }: ValueToAllow): boolean {
  const isEverywhere = entry.connection === undefined || entry.connection === connection;
  return isEverywhere && entry.rule === undefined && tagOf(entry.placeholder) === tagOf(placeholder);
}

function meaning({ placeholder, connection }: ValueToAllow, whyNot: string | undefined): string {
  const where = connection === undefined ? 'every connection and command' : connection;
  const what = `What ${placeholder} stands for passes unmasked through ${where} in this workspace, both ways, in every session that starts from now on; their records have it in clear.`;
  return whyNot === undefined ? what : `${what} Not yet: ${whyNot}.`;
}

/**
 * Writes a file of exceptions. Whoever wrote it meanwhile is not overwritten.
 *
 * @throws {HallpassError} ERR_CONFIG
 */
export function writeOver(
  before: string | undefined,
  after: string,
  { file, read, write }: Pick<AllowValueDeps, 'file' | 'read' | 'write'>,
): void {
  if (read() !== before)
    throw new HallpassError('ERR_CONFIG', `${file} has changed meanwhile`, { hint: 'Run it again.' });
  if (after !== before) write(after);
}

export interface AllowRequest extends ValueToAllow {
  /** Asks nobody. */
  readonly yes: boolean;
}

/** Who is there, for a decision. */
export interface AllowAsking {
  /** Shows what will be written, and what it means. */
  readonly show: (plan: ValuePlan) => void;
  /** Asks the person; undefined where there is nobody to ask. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
}

export interface AllowedValue {
  readonly file: string;
  readonly placeholder: string;
  readonly connection: string | null;
}

/**
 * Writes the exception for a value that was masked, after showing it.
 *
 * @throws {HallpassError} ERR_NOT_CONFIRMED, and what `planAllowing` throws
 */
export async function allowValue(
  request: AllowRequest,
  { show, confirm }: AllowAsking,
  deps: AllowValueDeps,
): Promise<AllowedValue> {
  const { placeholder, connection = null } = request;
  const plan = await planAllowing(request, deps);
  const done = { file: plan.file, placeholder, connection };
  show(plan);
  if (plan.isThere) return done;
  const agreed = request.yes || (await confirm?.('Allow it?')) === true;
  if (!agreed) throw new HallpassError('ERR_NOT_CONFIRMED', `${placeholder} is not allowed: nobody said so`);
  plan.write();
  return done;
}
