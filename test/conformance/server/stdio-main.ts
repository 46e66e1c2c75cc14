// The conformance server on stdio.
import {
  type JSONRPCMessage,
  PROTOCOL_VERSION_META_KEY,
  UnsupportedProtocolVersionError,
} from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';

import { makeEverything } from './everything.ts';
import { refuseWithoutTasks } from './tasks.ts';

const MODERN = '2026-07-28';

// The SDK judges the version of the first request only. Each has to be judged, as over HTTP it does.
class JudgingTransport extends StdioServerTransport {
  override async start(): Promise<void> {
    const deliver = this.onmessage;
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's transports have one listener
    this.onmessage = (message) => {
      const refusal = judge(message) ?? refuseWithoutTasks(message);
      if (refusal === undefined) deliver?.(message);
      else void this.send(refusal);
    };
    await super.start();
  }
}

serveStdio(() => makeEverything(), { transport: new JudgingTransport() });

function judge(message: JSONRPCMessage): JSONRPCMessage | undefined {
  if (!('method' in message) || !('id' in message)) return undefined;
  const requested = message.params?._meta?.[PROTOCOL_VERSION_META_KEY];
  if (typeof requested !== 'string' || requested === MODERN) return undefined;
  const {
    code,
    message: words,
    data,
  } = new UnsupportedProtocolVersionError({ supported: [MODERN], requested });
  return { jsonrpc: '2.0', id: message.id, error: { code, message: words, data } };
}
