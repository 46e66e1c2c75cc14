import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Sandbox } from './hallpass.ts';

/** A directory in the sandbox with just these files, by path; its own project holds a `.env` already. */
export async function treeOf(
  hallpass: Sandbox,
  files: Readonly<Record<string, string | Uint8Array>>,
  name = 'tree',
): Promise<string> {
  const root = join(hallpass.directory, name);
  await mkdir(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}
