/** What oidc-provider stores. */
interface Payload {
  readonly grantId?: string;
  readonly uid?: string;
  readonly userCode?: string;
  consumed?: number;
}

interface Stored {
  readonly payload: Payload;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

const SWEEP_EVERY = 1_000;

/** Where the development provider keeps sessions, codes and refresh tokens: in memory, and gone with the process. */
export function memoryAdapter(now: () => number = Date.now): (model: string) => object {
  const stored = new Map<string, Stored>();
  let writes = 0;
  const sweep = (): void => {
    writes += 1;
    if (writes % SWEEP_EVERY !== 0) return;
    for (const [key, { expires }] of stored) if (expires <= now()) stored.delete(key);
  };
  const find = (key: string): Payload | undefined => {
    const found = stored.get(key);
    return found !== undefined && found.expires > now() ? found.payload : undefined;
  };
  return (model) => {
    const search = (matches: (payload: Payload) => boolean): Payload | undefined => {
      const keys = [...stored.keys()].filter((key) => key.startsWith(`${model}:`));
      return keys.map(find).find((payload) => payload !== undefined && matches(payload));
    };
    return {
      upsert: async (id: string, payload: Payload, seconds?: number) => {
        sweep();
        const expires = seconds === undefined ? Infinity : now() + seconds * 1000;
        stored.set(`${model}:${id}`, { payload, expires });
      },
      find: async (id: string) => find(`${model}:${id}`),
      findByUid: async (uid: string) => search((payload) => payload.uid === uid),
      findByUserCode: async (code: string) => search((payload) => payload.userCode === code),
      consume: async (id: string) => {
        const payload = find(`${model}:${id}`);
        if (payload !== undefined) payload.consumed = Math.floor(now() / 1000);
      },
      destroy: async (id: string) => void stored.delete(`${model}:${id}`),
      revokeByGrantId: async (grantId: string) => {
        for (const [key, { payload }] of stored) if (payload.grantId === grantId) stored.delete(key);
      },
    };
  };
}
