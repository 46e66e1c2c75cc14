import { randomBytes } from 'node:crypto';
import { setImmediate as pause } from 'node:timers/promises';

import type { ApprovalPort } from '../../src/core/approvals/port.ts';
import type { Policy } from '../../src/core/policy/evaluate.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { PendingRequests } from '../../src/core/jsonrpc/pending.ts';
import { Exceptions } from '../../src/core/mask/exceptions.ts';
import { KnownValues } from '../../src/core/mask/known-values.ts';
import { createMasker } from '../../src/core/mask/masker.ts';
import { Placeholders } from '../../src/core/mask/placeholders.ts';
import type { CallSummary, Memory, StageDeps } from '../../src/core/message.ts';
import type { RecordBody } from '../../src/core/session/event.ts';
import { runProxy, type ClientSide, type Ended, type Upstream } from '../../src/proxy/proxy.ts';
import { BASELINE, placeOf } from '../../src/core/policy/baseline.ts';
import { NO_HOLDS } from './no-approvals.ts';

export interface WiringOptions {
  /** In force; `guard` unless given. */
  readonly policy?: Policy;
  /** Where held calls are approved. */
  readonly approvals?: ApprovalPort;
  /** Values that are let pass. */
  readonly excepted?: readonly string[];
}

/** All that a proxy needs besides its two ends: a masker that knows one secret, and a log in memory. */
export class Wiring {
  readonly secret = `S3cr-${randomBytes(12).toString('hex')}`;
  readonly placeholder: string;
  readonly pending = new PendingRequests();
  readonly log: { readonly body: RecordBody; readonly payload: string | undefined }[] = [];
  readonly notes: string[] = [];
  readonly troubles: string[] = [];
  readonly calls: CallSummary[] = [];
  readonly deps: Omit<StageDeps, 'toServer' | keyof Memory>;
  /** Set to make the log fail. */
  recordFault: Error | undefined;
  readonly #recorded: (() => void)[] = [];
  readonly #stop = Promise.withResolvers<Ended>();

  constructor({ policy, approvals, excepted = [] }: WiringOptions = {}) {
    const placeholders = new Placeholders(randomBytes(32));
    const known = new KnownValues();
    known.add(this.secret, 'the test');
    this.placeholder = placeholders.issue('known', Buffer.from(this.secret));
    const exceptions = new Exceptions(
      excepted.map((value) => ({
        placeholder: placeholders.issue('x', Buffer.from(value)),
        rule: undefined,
      })),
    );
    this.deps = {
      masker: createMasker({ known, placeholders, exceptions }),
      policy: policy ?? BASELINE,
      holds: { ...NO_HOLDS, ...(approvals && { port: approvals }) },
      wall: () => 0,
      place: placeOf('server'),
      definitions: undefined,
      pending: this.pending,
      record: (body, payload) => {
        if (this.recordFault !== undefined) throw this.recordFault;
        this.log.push({ body, payload: payload === undefined ? undefined : Buffer.from(payload).toString() });
        for (const look of this.#recorded.splice(0)) look();
      },
      note: (line) => this.notes.push(line),
      onCall: (call) => this.calls.push(call),
      now: () => 0,
      pace: { bytes: LIMITS.yieldBytes, pause: () => pause() },
    };
  }

  run(client: ClientSide, upstream: Upstream): Promise<Ended> {
    return runProxy({ client, upstream, deps: this.deps, stopped: this.#stop.promise });
  }

  /** Resolves when something like it is in the log. */
  async recorded(matches: (entry: (typeof this.log)[number]) => boolean): Promise<void> {
    while (!this.log.some(matches)) await new Promise<void>((resolve) => this.#recorded.push(resolve));
  }

  stop(): void {
    this.#stop.resolve({ by: 'signal', reason: 'the test is over' });
  }
}
