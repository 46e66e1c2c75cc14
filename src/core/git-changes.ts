/** One file that a commit, or the index, changed. */
export interface GitChange {
  /** The commit; undefined for the index. */
  readonly commit: string | undefined;
  /** From the top of the repository; attacker-controlled. */
  readonly path: string;
  /** Id of the new content. */
  readonly blob: string;
  /** Ids of what the file was before, one for each parent that had it. */
  readonly before: readonly string[];
}

const NUL = 0;
const SUBMODULE = '160000';
const NOTHING = /^0+$/;

/**
 * Reads what `git diff-tree --stdin --raw -z` and `git diff-index --raw -z` print, piece by piece: ids of commits, and for
 * each file a word with modes and ids and then its path (git-diff-tree(1), "Raw output format"). A merge has as many
 * colons, modes and ids as parents. What was deleted and submodules are left out.
 */
export class GitChanges {
  #rest: Buffer = Buffer.alloc(0);
  #commit: string | undefined;
  #entry: string | undefined;

  /** Takes the next piece; returns the changes that are complete. */
  push(chunk: Uint8Array): GitChange[] {
    const changes: GitChange[] = [];
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(NUL); end !== -1; end = bytes.indexOf(NUL, from)) {
      changes.push(...this.#word(bytes.toString('utf8', from, end)));
      from = end + 1;
    }
    this.#rest = bytes.subarray(from);
    return changes;
  }

  #word(word: string): GitChange[] {
    if (this.#entry !== undefined) {
      const entry = this.#entry;
      this.#entry = undefined;
      return changeOf(entry, { commit: this.#commit, path: word });
    }
    if (word.startsWith(':')) this.#entry = word;
    else this.#commit = word;
    return [];
  }
}

function changeOf(entry: string, where: Pick<GitChange, 'commit' | 'path'>): GitChange[] {
  const parents = /^:+/.exec(entry)?.[0].length ?? 0;
  const words = entry.slice(parents).split(' ');
  const mode = words[parents];
  const ids = words.slice(parents + 1, 2 * parents + 2);
  const blob = ids.at(-1) ?? '';
  if (mode === SUBMODULE || NOTHING.test(blob)) return [];
  const modes = words.slice(0, parents);
  const before = ids.slice(0, -1).filter((id, parent) => !NOTHING.test(id) && modes[parent] !== SUBMODULE);
  return [{ ...where, blob, before }];
}
