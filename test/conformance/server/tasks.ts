import { setTimeout as delay } from 'node:timers/promises';

import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequest,
  inputRequired,
  type InputRequiredResult,
  type JSONRPCMessage,
  type McpServer,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

import { told } from './samples.ts';
import { findTask, type RunningTask, startTask, type Work } from './task-store.ts';

/** The tasks extension of 2026-07-28 (SEP-2663). */
export const TASKS = 'io.modelcontextprotocol/tasks';

const JOB_MS = 100;
const SECOND_MS = 1000;

/** Tools that can't do without tasks. */
const ONLY_TASKS = new Set(['failing_job', 'protocol_error_job', 'confirm_delete', 'multi_input']);

type Answer = Promise<CallToolResult | InputRequiredResult>;

/** Tools that answer by tasks, and the methods to follow a task with. The SDK has neither. */
export function addTasks(server: McpServer): void {
  server.registerTool(
    'greet',
    { description: 'Greets at once', inputSchema: z.object({ name: z.string() }) },
    ({ name }) => told(`Hello, ${name}!`),
  );
  server.registerTool(
    'slow_compute',
    {
      description: 'Takes its time',
      inputSchema: z.object({ seconds: z.number(), label: z.string().optional() }),
    },
    async ({ seconds, label = '' }, context) => {
      const work: Work = async ({ signal }) => {
        await delay(seconds * SECOND_MS, undefined, { signal, ref: false });
        return told(`computed ${label}`);
      };
      return hasTasks(context) ? created(work) : work({ signal: context.mcpReq.signal, ask: never });
    },
  );
  server.registerTool('failing_job', { description: 'Fails on purpose' }, () =>
    created(async () => {
      await delay(JOB_MS);
      return { ...told('the job has failed'), isError: true };
    }),
  );
  server.registerTool('protocol_error_job', { description: 'Breaks down' }, () =>
    created(() => Promise.reject(new Error('the job broke down'))),
  );
  addAskingTasks(server);
  addMethods(server);
}

/**
 * What has to be refused before a tool sees it, since the SDK makes a result of whatever a tool throws: a call of a tool
 * that can't do without tasks, by a client that knows none.
 */
export function refuseWithoutTasks(message: JSONRPCMessage): JSONRPCMessage | undefined {
  if (!('method' in message) || !('id' in message) || message.method !== 'tools/call') return undefined;
  const { name, _meta } = message.params ?? {};
  if (typeof name !== 'string' || !ONLY_TASKS.has(name)) return undefined;
  if (knowsTasks(_meta?.[CLIENT_CAPABILITIES_META_KEY])) return undefined;
  const { code, message: words, data } = missing();
  return { jsonrpc: '2.0', id: message.id, error: { code, message: words, data } };
}

function addAskingTasks(server: McpServer): void {
  server.registerTool(
    'confirm_delete',
    { description: 'Asks before it deletes', inputSchema: z.object({ filename: z.string() }) },
    ({ filename }) =>
      created(async (task) => {
        const { confirm } = await task.ask({ confirm: form(`Delete ${filename}?`, 'confirm', true) });
        return told(`${filename}: ${JSON.stringify(confirm)}`);
      }),
  );
  server.registerTool('multi_input', { description: 'Asks two things at once' }, () =>
    created(async (task) => {
      const answers = await task.ask({
        first: form('The first name?', 'name'),
        second: form('The second name?', 'name'),
      });
      return told(JSON.stringify(answers));
    }),
  );
  server.registerTool(
    'test_tool_with_task',
    { description: 'Asks, then becomes a task' },
    async ({ mcpReq }): Answer => {
      const name = acceptedContent(mcpReq.inputResponses, 'user_name')?.['name'];
      if (typeof name === 'string') return created(() => Promise.resolve(told(`Hello, ${name}!`)));
      const question = form('What is your name?', 'name');
      return inputRequired({ inputRequests: { user_name: question } });
    },
  );
}

function addMethods({ server }: McpServer): void {
  const params = z.looseObject({ taskId: z.string() });
  // The SDK says `complete` for what does not say of which type it is.
  server.setRequestHandler('tasks/get', { params }, ({ taskId }, context) => ({
    ...taskFor(taskId, context).state,
  }));
  server.setRequestHandler('tasks/update', { params }, ({ taskId }, context) => {
    taskFor(taskId, context).answer(context.mcpReq.inputResponses ?? {});
    return {};
  });
  server.setRequestHandler('tasks/cancel', { params }, ({ taskId }, context) => {
    taskFor(taskId, context).cancel();
    return {};
  });
}

function taskFor(taskId: string, context: ServerContext): RunningTask {
  // The older revisions have methods of these names too, which are other ones.
  if (context.mcpReq.envelope === undefined)
    throw new ProtocolError(ProtocolErrorCode.MethodNotFound, 'Method not found');
  if (!hasTasks(context)) throw missing();
  const task = findTask(taskId);
  if (task === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'there is no such task');
  return task;
}

// Over the SDK's idea of a result, which has to have content.
function created(work: Work): Promise<CallToolResult> {
  return Promise.resolve({ content: [], resultType: 'task', ...startTask(work) });
}

function hasTasks({ mcpReq }: ServerContext): boolean {
  // The SDK types the envelope as empty.
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  return knowsTasks(envelope?.[CLIENT_CAPABILITIES_META_KEY]);
}

function knowsTasks(capabilities: unknown): boolean {
  const { extensions } = (capabilities ?? {}) as ClientCapabilities;
  return extensions?.[TASKS] !== undefined;
}

function missing(): MissingRequiredClientCapabilityError {
  return new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions: { [TASKS]: {} } } });
}

function never(): Promise<never> {
  return Promise.reject(new Error('nothing is asked here'));
}

function form(message: string, name: string, isFlag = false): InputRequest {
  const field = isFlag ? { type: 'boolean' as const } : { type: 'string' as const };
  const requestedSchema = { type: 'object' as const, properties: { [name]: field }, required: [name] };
  return inputRequired.elicit({ message, requestedSchema });
}
