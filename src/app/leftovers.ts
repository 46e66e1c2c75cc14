import { z } from 'zod';

/** What a command's credentials need that has to be gone with hallpass, as it is written down. */
const leftover = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('files'), directory: z.string() }),
  z.object({
    kind: z.literal('role'),
    connection: z.string(),
    role: z.string(),
    url: z.string(),
    password: z.string(),
    ca: z.string().optional(),
  }),
  z.object({
    kind: z.literal('token'),
    connection: z.string(),
    profile: z.string(),
    /** Where the store has it. */
    stored: z.string(),
  }),
]);

export type Leftover = z.infer<typeof leftover>;

/** Where it is written down, before it comes to be. Returns what to call when it is gone. */
export interface Journal {
  add(leftover: Leftover): () => void;
}

/** Undefined: this is nothing that hallpass has written. */
export function parseLeftover(value: unknown): Leftover | undefined {
  return leftover.safeParse(value).data;
}
