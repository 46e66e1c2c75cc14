import { toText } from '../bytes.ts';
import { LIMITS } from '../limits.ts';
import { isObject } from './fit.ts';

/**
 * Which tools the tasks are of that calls were made into (2025-11-25): `tasks/result` gives the result of a call without
 * saying which tool was called.
 */
export class TaskTools {
  readonly #tools = new Map<string, string>();

  /** Takes the answer to a call of `tool` by `owner`. */
  learn(owner: string, tool: string, answer: Uint8Array): void {
    const task = taskIn(answer);
    if (task === undefined) return;
    this.#tools.set(keyOf(owner, task), tool);
    const [oldest] = this.#tools.keys();
    if (this.#tools.size > LIMITS.taskTools && oldest !== undefined) this.#tools.delete(oldest);
  }

  toolOf(owner: string, task: string): string | undefined {
    return this.#tools.get(keyOf(owner, task));
  }
}

// Results are larger than what only says that there will be one.
function taskIn(answer: Uint8Array): string | undefined {
  if (answer.length > LIMITS.taskAnswerBytes) return undefined;
  const text = toText(answer);
  if (!text.includes('taskId')) return undefined;
  const message: unknown = JSON.parse(text);
  const result = isObject(message) ? message['result'] : undefined;
  const task = isObject(result) ? result['task'] : undefined;
  const id = isObject(task) ? task['taskId'] : undefined;
  return typeof id === 'string' && id.length <= LIMITS.taskIdChars ? id : undefined;
}

function keyOf(owner: string, task: string): string {
  return JSON.stringify([owner, task]);
}
