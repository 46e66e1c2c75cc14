import { z } from 'zod';

import type { CallFacts } from '../app/policy/call-facts.ts';
import { HallpassError } from '../core/errors.ts';

/** What `policy explain` was told of a call on the command line. */
export interface CallFlags {
  readonly tool?: string | undefined;
  readonly args?: string | undefined;
  readonly connection?: string | undefined;
  readonly environment?: string | undefined;
  readonly method?: string | undefined;
  readonly direction?: 'to_server' | 'to_client' | undefined;
  readonly group?: string[] | undefined;
}

/** The call that flags describe; undefined: they describe none. Throws ERR_USAGE. */
export function callFromFlags(flags: CallFlags): Partial<CallFacts> | undefined {
  const { tool, args, connection, environment, method, direction, group } = flags;
  const call = {
    ...(tool !== undefined && { tool }),
    ...(args !== undefined && { args: argumentsIn(args) }),
    ...(connection !== undefined && { connection }),
    ...(environment !== undefined && { environment }),
    ...(method !== undefined && { method }),
    ...(direction !== undefined && { direction }),
    ...(group !== undefined && { groups: group }),
  };
  return Object.keys(call).length === 0 ? undefined : call;
}

function argumentsIn(text: string): CallFacts['args'] {
  const parsed = z.record(z.string(), z.unknown()).safeParse(jsonIn(text));
  if (parsed.success) return parsed.data;
  throw new HallpassError('ERR_USAGE', '--args is a JSON object', {
    hint: `In quotes, for the shell: --args '{"sql":"SELECT 1"}'`,
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
