import { RPC } from '../jsonrpc/replies.ts';
import { PASS, type Outcome, type View } from '../message.ts';
import type { Direction } from '../session/event.ts';

/**
 * The shipped policy `guard`, in force where there is no other: everything passes masked, nothing is held, and a known
 * secret that can't be masked where it stands (an id, a cursor, a protocol word) stops the message.
 */
export function guard({ blocked }: View, direction: Direction): Outcome {
  const [first] = blocked;
  if (first === undefined) return PASS;
  const sender = direction === 'to_server' ? 'client' : 'server';
  return {
    kind: 'reject',
    rule: 'guard/secret_in_protocol_field',
    reason: `from the ${sender}, at ${first.at}: ${first.why}`,
    code: RPC.denied,
  };
}
