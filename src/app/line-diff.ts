/** Lines of a unified diff: `@@ …`, ` same`, `-gone`, `+new`. Empty when the texts are equal. */
export function unifiedDiff(before: string, after: string, context = 3): string[] {
  const old = linesOf(before);
  const now = linesOf(after);
  const steps = withPlaces(editScript(old, now));
  const lines: string[] = [];
  for (let at = 0; at < steps.length;) {
    if (steps[at]?.kind === ' ') {
      at += 1;
      continue;
    }
    const from = Math.max(0, at - context);
    const to = endOfHunk(steps, at, context);
    lines.push(...hunk(steps.slice(from, to)));
    at = to;
  }
  return lines;
}

interface Step {
  readonly kind: ' ' | '-' | '+';
  readonly line: string;
}

interface Placed extends Step {
  readonly old: number;
  readonly now: number;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function endOfHunk(steps: readonly Step[], start: number, context: number): number {
  let last = start;
  for (let at = start; at < steps.length && at - last <= 2 * context; at += 1)
    if (steps[at]?.kind !== ' ') last = at;
  return Math.min(steps.length, last + 1 + context);
}

function hunk(steps: readonly Placed[]): string[] {
  const [first] = steps;
  const count = (gone: '-' | '+'): number => steps.filter(({ kind }) => kind !== gone).length;
  const head = `@@ -${range(first?.old ?? 0, count('+'))} +${range(first?.now ?? 0, count('-'))} @@`;
  return [head, ...steps.map(({ kind, line }) => `${kind}${line}`)];
}

// An empty range is named by the line before it.
function range(from: number, lines: number): string {
  return `${lines === 0 ? from : from + 1},${lines}`;
}

function withPlaces(steps: readonly Step[]): Placed[] {
  let old = 0;
  let now = 0;
  return steps.map((step) => {
    const placed = { ...step, old, now };
    if (step.kind !== '+') old += 1;
    if (step.kind !== '-') now += 1;
    return placed;
  });
}

// E. W. Myers, An O(ND) Difference Algorithm, 1986. What is equal at both ends stays out of it: a few servers change in a
// file that may be long.
function editScript(old: readonly string[], now: readonly string[]): Step[] {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return [
    ...old.slice(0, head).map((line) => same(line)),
    ...backtrack(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map((line) => same(line)),
  ];
}

function same(line: string): Step {
  return { kind: ' ', line };
}

function backtrack(old: readonly string[], now: readonly string[]): Step[] {
  const steps: Step[] = [];
  let x = old.length;
  let y = now.length;
  for (const [d, furthest] of [...rounds(old, now).entries()].toReversed()) {
    const reach = (k: number): number => furthest.get(k) ?? -1;
    const k = x - y;
    const down = k === -d || (k !== d && reach(k - 1) < reach(k + 1));
    const fromX = d === 0 ? 0 : reach(down ? k + 1 : k - 1);
    const fromY = d === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      steps.push({ kind: ' ', line: old[x] ?? '' });
    }
    if (d > 0)
      steps.push(down ? { kind: '+', line: now[fromY] ?? '' } : { kind: '-', line: old[fromX] ?? '' });
    x = fromX;
    y = fromY;
  }
  return steps.toReversed();
}

// For each number of changes, how far along each diagonal the one before it came.
function rounds(old: readonly string[], now: readonly string[]): Map<number, number>[] {
  const trace: Map<number, number>[] = [];
  const furthest = new Map<number, number>([[1, 0]]);
  for (let d = 0; d <= old.length + now.length; d += 1) {
    trace.push(new Map(furthest));
    for (let k = -d; k <= d; k += 2) {
      const reach = (at: number): number => furthest.get(at) ?? -1;
      let x = k === -d || (k !== d && reach(k - 1) < reach(k + 1)) ? reach(k + 1) : reach(k - 1) + 1;
      while (x < old.length && x - k < now.length && old[x] === now[x - k]) x += 1;
      furthest.set(k, x);
      if (x >= old.length && x - k >= now.length) return trace;
    }
  }
  return trace;
}
