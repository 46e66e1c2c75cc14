import { randomBytes } from 'node:crypto';

import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  type InputRequest,
  inputRequired,
  type InputRequiredResult,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

import { told } from './samples.ts';

/** Seals what a server wants to find again in the next round of a call. */
export const stateCodec = createRequestStateCodec<{ round: number }>({ key: randomBytes(32) });

type Answer = Promise<CallToolResult | InputRequiredResult>;

/**
 * Tools that need to ask the client before they can answer. In 2026-07-28 they return what they want to know; in the older
 * revisions the SDK turns that into requests of the server's.
 */
export function addAskingTools(server: McpServer): void {
  for (const [name, { description, ask }] of Object.entries(TOOLS))
    server.registerTool(name, { description }, ask);
  server.registerTool(
    'test_sampling',
    { description: 'Asks the model', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const sampled = sampledText(mcpReq.inputResponses, 'completion');
      if (sampled !== undefined) return told(`LLM response: ${sampled}`);
      return inputRequired({ inputRequests: { completion: question(prompt) } });
    },
  );
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the person', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, context) => {
      const properties = { username: { type: 'string' as const }, email: { type: 'string' as const } };
      const schema = { type: 'object' as const, properties, required: ['username', 'email'] };
      return fillIn(context, { message, schema, done: 'User response' });
    },
  );
}

const TOOLS: Record<string, { description: string; ask: (context: ServerContext) => Answer }> = {
  test_elicitation_sep1034_defaults: { description: 'Asks with defaults', ask: askWithDefaults },
  test_elicitation_sep1330_enums: { description: 'Asks for choices', ask: askForChoices },
  test_input_required_result_elicitation: { description: 'Asks for a name', ask: askName },
  test_input_required_result_sampling: { description: 'Asks the model one thing', ask: askModel },
  test_input_required_result_list_roots: { description: 'Asks for roots', ask: askRoots },
  test_input_required_result_request_state: { description: 'Asks and keeps a state', ask: confirm },
  test_input_required_result_tampered_state: { description: 'Notices a changed state', ask: confirm },
  test_input_required_result_multiple_inputs: { description: 'Asks three things', ask: askThree },
  test_input_required_result_multi_round: { description: 'Asks twice', ask: askTwice },
  test_input_required_result_capabilities: { description: 'Asks what it may', ask: askWhatItMay },
  test_missing_capability: { description: 'Needs a model', ask: askModel },
  test_streaming_elicitation: { description: 'Never asks by itself', ask: askName },
};

async function askWithDefaults(context: ServerContext): Answer {
  const properties = {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'] as string[], default: 'active' },
    verified: { type: 'boolean', default: true },
  } as const;
  const schema = { type: 'object' as const, properties };
  return fillIn(context, { message: 'Please review these', schema, done: 'Elicitation completed' });
}

async function askForChoices(context: ServerContext): Answer {
  const plain = ['option1', 'option2', 'option3'];
  const titled = [
    { const: 'value1', title: 'First Option' },
    { const: 'value2', title: 'Second Option' },
  ];
  const properties = {
    untitledSingle: { type: 'string' as const, enum: plain },
    titledSingle: { type: 'string' as const, oneOf: titled },
    legacyEnum: { type: 'string' as const, enum: ['opt1', 'opt2'], enumNames: ['Option One', 'Option Two'] },
    untitledMulti: { type: 'array' as const, items: { type: 'string' as const, enum: plain } },
    titledMulti: { type: 'array' as const, items: { anyOf: titled } },
  };
  const schema = { type: 'object' as const, properties };
  return fillIn(context, { message: 'Please choose', schema, done: 'Elicitation completed' });
}

async function askName({ mcpReq }: ServerContext): Answer {
  const name = filled(mcpReq.inputResponses, 'user_name', 'name');
  if (name !== undefined) return told(`Hello, ${name}!`);
  return inputRequired({ inputRequests: { user_name: form('What is your name?', 'name') } });
}

async function askModel({ mcpReq }: ServerContext): Answer {
  const sampled = sampledText(mcpReq.inputResponses, 'capital_question');
  if (sampled !== undefined) return told(`The model says: ${sampled}`);
  return inputRequired({ inputRequests: { capital_question: question('What is the capital of France?') } });
}

async function askRoots({ mcpReq }: ServerContext): Answer {
  const view = inputResponse(mcpReq.inputResponses, 'client_roots');
  if (view.kind === 'roots') return told(`Roots: ${view.roots.map(({ uri }) => uri).join(', ')}`);
  return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
}

async function confirm({ mcpReq }: ServerContext): Answer {
  const state = mcpReq.requestState<{ round: number }>();
  if (state !== undefined && filled(mcpReq.inputResponses, 'confirm', 'ok') !== undefined)
    return told(`state-ok: round ${state.round}`);
  return inputRequired({
    inputRequests: { confirm: form('Please confirm', 'ok', true) },
    requestState: await stateCodec.mint({ round: 1 }),
  });
}

async function askThree({ mcpReq }: ServerContext): Answer {
  const name = filled(mcpReq.inputResponses, 'user_name', 'name');
  const greeting = sampledText(mcpReq.inputResponses, 'greeting');
  const view = inputResponse(mcpReq.inputResponses, 'client_roots');
  if (name !== undefined && greeting !== undefined && view.kind === 'roots')
    return told(`${greeting} ${name}, ${view.roots.length} roots`);
  return inputRequired({
    inputRequests: {
      user_name: form('What is your name?', 'name'),
      greeting: question('Generate a greeting', 50),
      client_roots: inputRequired.listRoots(),
    },
    requestState: await stateCodec.mint({ round: 1 }),
  });
}

async function askTwice({ mcpReq }: ServerContext): Answer {
  const round = mcpReq.requestState<{ round: number }>()?.round ?? 0;
  if (round === 2) return told('both rounds are over');
  const inputRequests =
    round === 0
      ? { step1: form('Step 1: What is your name?', 'name') }
      : { step2: form('Step 2: What is your favorite color?', 'color') };
  return inputRequired({ inputRequests, requestState: await stateCodec.mint({ round: round + 1 }) });
}

async function askWhatItMay({ mcpReq }: ServerContext): Answer {
  if (mcpReq.inputResponses !== undefined) return told('that was enough');
  // The SDK types the envelope as empty.
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  const may = envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  const inputRequests: Record<string, InputRequest> = {
    ...(may?.elicitation && { value: form('A value, please', 'value') }),
    ...(may?.sampling && { words: question('Some words, please', 50) }),
  };
  if (Object.keys(inputRequests).length === 0) return told('nothing may be asked');
  return inputRequired({ inputRequests });
}

interface Form {
  readonly message: string;
  readonly schema: Parameters<typeof inputRequired.elicit>[0]['requestedSchema'];
  readonly done: string;
}

async function fillIn({ mcpReq }: ServerContext, { message, schema: requestedSchema, done }: Form): Answer {
  const view = inputResponse(mcpReq.inputResponses, 'form');
  if (view.kind !== 'elicit')
    return inputRequired({ inputRequests: { form: inputRequired.elicit({ message, requestedSchema }) } });
  return told(`${done}: action=${view.action}, content=${JSON.stringify(view.content ?? {})}`);
}

function form(message: string, name: string, isFlag = false): InputRequest {
  const field = isFlag ? { type: 'boolean' as const } : { type: 'string' as const };
  const requestedSchema = { type: 'object' as const, properties: { [name]: field }, required: [name] };
  return inputRequired.elicit({ message, requestedSchema });
}

function question(words: string, maxTokens = 100): InputRequest {
  const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: words } }];
  return inputRequired.createMessage({ messages, maxTokens });
}

function filled(
  responses: Record<string, unknown> | undefined,
  key: string,
  name: string,
): string | undefined {
  const value = acceptedContent(responses, key)?.[name];
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : undefined;
}

function sampledText(responses: Record<string, unknown> | undefined, key: string): string | undefined {
  const view = inputResponse(responses, key);
  if (view.kind !== 'sampling') return undefined;
  const blocks = [view.result.content].flat();
  return blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
