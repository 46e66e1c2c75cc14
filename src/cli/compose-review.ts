import type { ReviewSource } from '../core/review/source.ts';
import { LocalSource } from '../app/review/local-source.ts';
import { readEnvironment } from '../platform/environment.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { ReviewFiles } from '../platform/review-files.ts';
import { composeActs, writerOut } from './compose-acts.ts';
import { sessionsDeps } from './compose-sessions.ts';
import { processTerminal } from './terminal.ts';

export interface ReviewPlace {
  readonly hub: boolean;
  readonly profile?: string | undefined;
  readonly note: (line: string) => void;
}

/** Wires a review to this machine, or to the hub of who is logged in. */
export function withReviewSource(
  place: ReviewPlace,
  use: (source: ReviewSource) => Promise<void>,
): Promise<void> {
  return place.hub ? atHub(place, use) : here(place, use);
}

async function here(
  { note, profile }: ReviewPlace,
  use: (source: ReviewSource) => Promise<void>,
): Promise<void> {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  if (environment.keychain === 'file') {
    const { askBeforeScreen } = await import('./compose.ts');
    await askBeforeScreen(environment, paths);
  }
  const terminal = { ...processTerminal, note };
  const acts = composeActs(terminal, profile);
  const source = new LocalSource({ ...sessionsDeps(terminal), files: new ReviewFiles(paths), acts });
  try {
    await use(source);
  } finally {
    source.close();
  }
}

async function atHub(
  { note, profile }: ReviewPlace,
  use: (source: ReviewSource) => Promise<void>,
): Promise<void> {
  const terminal = { ...processTerminal, note };
  const [{ readingHub }, { HubSource }] = await Promise.all([
    import('./compose-upload.ts'),
    import('../app/review/hub-source.ts'),
  ]);
  await readingHub(profile, async (reading) => {
    const source = new HubSource({ ...reading, write: writerOut(terminal) });
    try {
      await use(source);
    } finally {
      source.close();
    }
  });
}
