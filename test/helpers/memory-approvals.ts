import {
  type Approval,
  type ApprovalAsk,
  type ApprovalState,
  cancel,
  consume,
  decide,
  stateOf,
} from '../../src/core/approvals/approval.ts';
import type { ApprovalPort, ApprovalTicket } from '../../src/core/approvals/port.ts';

/** Approvals in memory, by the same state machine. The test decides. */
export class MemoryApprovals implements ApprovalPort {
  readonly unattendedPossible: boolean;
  readonly asked: Approval[] = [];
  readonly #url: string | undefined;
  readonly #lack: string | undefined;
  readonly #changes = new Set<() => void>();
  #beforeUse: () => Promise<void> = () => Promise.resolve();
  /** Who looks again when one of them has changed. */
  readonly #looking = new Map<number, Set<() => void>>();
  #waited = 0;
  /** Ends waits whose time is over. */
  readonly #timers = new Set<() => void>();
  /** How long each wait was to be. */
  readonly waits: number[] = [];
  now = 1_000;

  constructor(options: { unattendedPossible?: boolean; url?: string; lack?: string } = {}) {
    this.unattendedPossible = options.unattendedPossible ?? true;
    this.#url = options.url;
    this.#lack = options.lack;
  }

  async request(ask: ApprovalAsk): Promise<ApprovalTicket> {
    await Promise.resolve();
    const good = this.asked.findIndex(
      (one) => one.binding === ask.binding && ['pending', 'approved'].includes(stateOf(one, this.now)),
    );
    if (good !== -1) return this.#ticket(good);
    const id = `apr_${this.asked.length + 1}`;
    this.asked.push({ ...ask, id, createdAt: this.now, decisions: [] });
    this.#change();
    return this.#ticket(this.asked.length - 1);
  }

  /** Somebody says something of the newest, or of the one at `at`. */
  say(verdict: 'approve' | 'deny', at = this.asked.length - 1, by = 'al', reason = 'fine'): void {
    const said = { by, groups: [], verdict, reason, at: this.now, attended: true };
    const next = decide(this.#at(at), said);
    if (typeof next === 'string') throw new Error(next);
    this.#put(at, next);
  }

  stateOf(at: number): ApprovalState {
    return stateOf(this.#at(at), this.now);
  }

  /** What happens while one is used, the first time. Resolves when it has happened. */
  beforeUse(happens: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      this.#beforeUse = async () => {
        this.#beforeUse = () => Promise.resolve();
        await happens();
        resolve();
      };
    });
  }

  /** All who wait have waited as long as they wanted. */
  timePasses(): void {
    for (const over of this.#timers) over();
    this.#timers.clear();
  }

  /** Resolves when somebody waits, for the `count`th time with this one. */
  async waitedFor(count: number): Promise<void> {
    while (this.#waited < count) await new Promise<void>((resolve) => this.#changes.add(resolve));
  }

  async becomes(at: number, state: ApprovalState): Promise<void> {
    while (this.stateOf(at) !== state) await new Promise<void>((resolve) => this.#changes.add(resolve));
  }

  /** Resolves when somebody has asked so many times. */
  async askedFor(count = 1): Promise<void> {
    while (this.asked.length < count) await new Promise<void>((resolve) => this.#changes.add(resolve));
  }

  #ticket(at: number): ApprovalTicket {
    return {
      id: this.#at(at).id,
      lack: this.#lack,
      url: (this.#url || undefined) && `${this.#url}/${this.#at(at).id}`,
      wait: async (ms, signal) => {
        this.waits.push(ms);
        if (ms > 0) this.#waited += 1;
        const gone = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
        const over = new Promise<void>((resolve) => this.#timers.add(resolve));
        this.#change();
        if (signal?.aborted !== true && ms > 0) await Promise.race([this.#settled(at), gone, over]);
        return this.stateOf(at);
      },
      consume: async () => {
        await this.#beforeUse();
        const used = consume(this.#at(at), this.now);
        if (used !== undefined) this.#put(at, used);
        return used !== undefined;
      },
      cancel: async () => {
        await Promise.resolve();
        this.#put(at, cancel(this.#at(at), this.now));
      },
      decisions: () => this.#at(at).decisions,
    };
  }

  async #settled(at: number): Promise<void> {
    const looking = this.#looking.get(at) ?? new Set();
    this.#looking.set(at, looking);
    while (this.stateOf(at) === 'pending') await new Promise<void>((resolve) => looking.add(resolve));
  }

  #at(at: number): Approval {
    const found = this.asked[at];
    if (found === undefined) throw new Error(`nobody has asked ${at + 1} times`);
    return found;
  }

  #put(at: number, approval: Approval): void {
    this.asked[at] = approval;
    const looking = this.#looking.get(at);
    const all = [...(looking ?? [])];
    looking?.clear();
    for (const look of all) look();
    this.#change();
  }

  #change(): void {
    const waiting = [...this.#changes];
    this.#changes.clear();
    for (const wake of waiting) wake();
  }
}
