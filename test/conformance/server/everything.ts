import {
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ServerNotifier,
} from '@modelcontextprotocol/server';

import { addAskingTools, stateCodec } from './asking-tools.ts';
import { addPrompts, addResources } from './resources.ts';
import { told } from './samples.ts';
import { addTasks, TASKS } from './tasks.ts';
import { addTellingTools } from './telling-tools.ts';

/** Tells everybody who listens that a list has changed; absent where the SDK does so by itself. */
export type Notifier = Pick<ServerNotifier, 'toolsChanged' | 'promptsChanged'>;

/**
 * A server with everything the conformance suite asks for, for both eras and every transport. The names of its tools,
 * resources and prompts are the suite's.
 */
export function makeEverything(notifier?: () => Notifier): McpServer {
  const server = new McpServer(
    { name: 'conformance-server', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        completions: {},
        logging: {},
        extensions: { [TASKS]: {} },
      },
      requestState: { verify: (state, context) => stateCodec.verify(state, context) },
    },
  );
  addTellingTools(server);
  addAskingTools(server);
  addTasks(server);
  addResources(server);
  addPrompts(server);
  addPages(server);
  addTriggers(server, notifier ?? (() => byItself(server)));
  // Every URI may be watched; of those of the suite none ever changes.
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
  return server;
}

function byItself(server: McpServer): Notifier {
  return {
    toolsChanged: () => server.sendToolListChanged(),
    promptsChanged: () => server.sendPromptListChanged(),
  };
}

// The SDK knows no pages by itself.
function addPages(server: McpServer): void {
  const page = (name: string) => [{ name, uriTemplate: `test://${name}/{id}/data`, description: name }];
  server.server.setRequestHandler('resources/templates/list', ({ params }) => {
    if (params?.cursor === undefined)
      return { resourceTemplates: page('template'), nextCursor: 'page 2 / =' };
    if (params.cursor === 'page 2 / =') return { resourceTemplates: page('other') };
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'there is no such page');
  });
}

function addTriggers(server: McpServer, notifier: () => Notifier): void {
  server.registerTool('test_trigger_tool_change', { description: 'Says that the tools have changed' }, () => {
    notifier().toolsChanged();
    return told('said');
  });
  server.registerTool(
    'test_trigger_prompt_change',
    { description: 'Says that the prompts have changed' },
    () => {
      notifier().promptsChanged();
      return told('said');
    },
  );
}
