import { z } from 'zod';

import { HallpassError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { irrevocable, type Minted, type Minter } from './minter.ts';

/** Runs a program without a shell and resolves with what it wrote to stdout. Throws ERR_MINT_COMMAND. */
export type RunCommand = (command: readonly string[]) => Promise<Secret>;

const printed = z.object({
  token: z.string().min(1),
  expires_at: z.iso.datetime({ offset: true }).optional(),
  expires_in: z.number().positive().optional(),
});

/**
 * A command's output: the token alone, or JSON `{"token", "expires_at" (RFC 3339) or "expires_in" (seconds)}`. The
 * command is the user's own, or a project's that was trusted.
 */
export function execMinter(
  command: readonly string[],
  { run, now }: { run: RunCommand; now: () => number },
): Minter {
  return {
    mint: async () => {
      const started = now();
      return read(await run(command), command[0] ?? '', started);
    },
  };
}

function read(output: Secret, program: string, started: number): Minted {
  const text = output.reveal().trim();
  const { token, expiresAt } = text.startsWith('{')
    ? readJson(text, program, started)
    : { token: text, expiresAt: undefined };
  // It will stand in a header, or in a variable: one line of visible characters.
  if (!/^[\x21-\x7e]+$/.test(token)) throw notAToken(program);
  return {
    credential: new Secret(token),
    tokenType: 'Bearer',
    scopes: [],
    expiresAt,
    origins: undefined,
    renewable: true,
    revoke: irrevocable,
  };
}

function readJson(text: string, program: string, started: number) {
  const parsed = printed.safeParse(parse(text));
  if (!parsed.success) throw notAToken(program);
  const { token, expires_at, expires_in } = parsed.data;
  if (expires_at !== undefined) return { token, expiresAt: Date.parse(expires_at) };
  return { token, expiresAt: expires_in === undefined ? undefined : started + expires_in * 1000 };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notAToken(program: string): HallpassError {
  return new HallpassError('ERR_MINT_COMMAND', `what "${program}" prints is no token`, {
    hint: 'It has to print the token alone, or {"token":"…","expires_in":300}, and nothing else on stdout.',
  });
}
