import { vi } from 'vitest';

/** How many bytes `run` copies by Buffer's `concat`, `copy`, `set` and (of bytes) `from`. A count, where a clock would lie. */
export function countCopies(run: () => void): { total: number; largest: number } {
  const sizes: number[] = [];
  const note = (size: number): void => void sizes.push(size);
  const spies = [
    watch(Buffer, 'concat', (_, joined) => note((joined as Buffer).length)),
    watch(Buffer, 'from', ([source], made) => ArrayBuffer.isView(source) && note((made as Buffer).length)),
    watch(Buffer.prototype as object, 'copy', (_, copied) => note(copied as number)),
    watch(Buffer.prototype as object, 'set', ([source]) => note((source as Uint8Array).length)),
  ];
  try {
    run();
  } finally {
    for (const restore of spies) restore();
  }
  return { total: sizes.reduce((sum, size) => sum + size, 0), largest: Math.max(0, ...sizes) };
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

function watch(
  target: object,
  name: string,
  note: (args: unknown[], result: unknown) => unknown,
): () => void {
  const methods = target as Record<string, Method>;
  const original = methods[name];
  if (original === undefined) throw new Error(`there is no ${name}`);
  const spy = vi.spyOn(methods, name).mockImplementation(function noted(this: unknown, ...args: unknown[]) {
    const result = original.apply(this, args);
    note(args, result);
    return result;
  });
  return () => spy.mockRestore();
}
