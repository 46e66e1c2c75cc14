import { randomUUID } from 'node:crypto';

import type { CallToolResult, InputRequest } from '@modelcontextprotocol/server';

const TTL_MS = 300_000;
const POLL_MS = 50;

/** A task as `tasks/get` tells of it (SEP-2663, DetailedTask). */
export interface Task {
  readonly taskId: string;
  readonly status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
  readonly result?: CallToolResult;
  readonly error?: { readonly code: number; readonly message: string };
  readonly inputRequests?: Readonly<Record<string, InputRequest>>;
}

/** What a task does until it has a result. It throws for what failed below the tool. */
export type Work = (task: TaskContext) => Promise<CallToolResult>;

export interface TaskContext {
  /** Aborted when the task is cancelled. */
  readonly signal: AbortSignal;
  /** Waits for the client to answer all of these. */
  ask(requests: Readonly<Record<string, InputRequest>>): Promise<Readonly<Record<string, unknown>>>;
}

/** Tasks outlive the requests that began them, and every server of this process knows all of them. */
const RUNNING = new Map<string, RunningTask>();

/** Begins a task; it is there before anybody is told of it. */
export function startTask(work: Work): Task {
  const task = new RunningTask();
  RUNNING.set(task.state.taskId, task);
  void task.run(work);
  return task.state;
}

export function findTask(taskId: string): RunningTask | undefined {
  return RUNNING.get(taskId);
}

export class RunningTask implements TaskContext {
  state: Task;
  readonly #gone = new AbortController();
  readonly #answers: Record<string, unknown> = {};
  #onAnswered: () => void = () => undefined;

  constructor() {
    const now = new Date().toISOString();
    this.state = {
      taskId: randomUUID(),
      status: 'working',
      createdAt: now,
      lastUpdatedAt: now,
      ttlMs: TTL_MS,
      pollIntervalMs: POLL_MS,
    };
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  async run(work: Work): Promise<void> {
    try {
      this.#become({ status: 'completed', result: await work(this) });
    } catch (error) {
      this.#become({ status: 'failed', error: { code: -32603, message: String(error) } });
    }
  }

  async ask(
    inputRequests: Readonly<Record<string, InputRequest>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    this.#become({ status: 'input_required', inputRequests });
    await new Promise<void>((resolve) => {
      this.#onAnswered = resolve;
    });
    return this.#answers;
  }

  /** What was not asked is ignored. */
  answer(responses: Readonly<Record<string, unknown>>): void {
    const open = Object.entries(this.state.inputRequests ?? {});
    if (this.state.status !== 'input_required') return;
    for (const [key] of open) if (key in responses) this.#answers[key] = responses[key];
    const left = open.filter(([key]) => !(key in this.#answers));
    if (left.length > 0)
      return this.#become({ status: 'input_required', inputRequests: Object.fromEntries(left) });
    this.#become({ status: 'working' });
    this.#onAnswered();
  }

  cancel(): void {
    this.#become({ status: 'cancelled' });
    this.#gone.abort();
  }

  // What is over stays as it is.
  #become(next: Pick<Task, 'status' | 'result' | 'error' | 'inputRequests'>): void {
    const { taskId, status, createdAt, ttlMs, pollIntervalMs } = this.state;
    if (status !== 'working' && status !== 'input_required') return;
    this.state = {
      taskId,
      createdAt,
      ttlMs,
      pollIntervalMs,
      lastUpdatedAt: new Date().toISOString(),
      ...next,
    };
  }
}
