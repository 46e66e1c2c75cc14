import { toBytes } from '../bytes.ts';

/** JSON-RPC 2.0 error codes we use, and our own (outside the range that JSON-RPC and MCP reserve). */
export const RPC = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
  /** hallpass refused to deliver the message. */
  denied: 47001,
  /** The server is gone, or could not be reached. */
  upstream: 47002,
  /** Somebody has to approve the call first. */
  held: 47003,
} as const;

/** An error response, as compact JSON. `id` is the request's id as JSON text; without one it is null. */
export function errorReply(id: string | undefined, code: number, message: string): Uint8Array {
  return toBytes(
    `{"jsonrpc":"2.0","id":${id ?? 'null'},"error":{"code":${code},"message":${JSON.stringify(message)}}}`,
  );
}

/** Tells a peer that nobody waits for a request any more. `id` is JSON text. */
export function cancellation(id: string, reason = 'the client has gone'): Uint8Array {
  const params = `{"requestId":${id},"reason":${JSON.stringify(reason)}}`;
  return toBytes(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`);
}
