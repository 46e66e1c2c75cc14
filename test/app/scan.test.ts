import { describe, expect, test } from 'vitest';

import { scan, type ScanDeps, type ScanEvent, type ScanFinding } from '../../src/app/scan.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { createDetector } from '../../src/core/mask/detect.ts';
import { bytes, githubToken, privateKey } from '../core/mask/fixtures.ts';
import { everyCut, randomChunkings } from '../helpers/chunks.ts';

const TOKEN = githubToken();
const OTHER = githubToken(2);
const detector = createDetector();

async function events(pieces: Iterable<Uint8Array>): Promise<ScanEvent[]> {
  const deps: ScanDeps = { detector, reason: () => undefined };
  return collect(scan([{ file: 'a.txt', relative: 'a.txt', read: () => pieces }], deps));
}

async function findings(text: string, pieces: Iterable<Uint8Array> = [bytes(text)]): Promise<ScanFinding[]> {
  return (await events(pieces)).flatMap((event) => (event.kind === 'finding' ? [event.finding] : []));
}

describe('a finding', () => {
  test('has line and column as a person counts, and byte offsets', async () => {
    const text = `é\r\nüü 🔑 ${TOKEN} x\n${TOKEN}`;
    const found = await findings(text);
    const at = (from: number): number => Buffer.from(text).indexOf(TOKEN, from);
    expect(found).toMatchObject([
      { rule: 'github_pat', file: 'a.txt', line: 2, column: 6, start: at(0), end: at(0) + TOKEN.length },
      {
        rule: 'github_pat',
        file: 'a.txt',
        line: 3,
        column: 1,
        start: at(at(0) + 1),
        end: Buffer.byteLength(text),
      },
    ]);
  });

  test('shows its line with every secret taken out', async () => {
    const [first, second] = await findings(`x\na ${TOKEN} b ${OTHER} c\r\ny`);
    expect([first?.before, first?.after]).toEqual(['a ', ' b [github_pat] c']);
    expect([second?.before, second?.after]).toEqual(['a [github_pat] b ', ' c']);
  });

  test('over several lines shows what stands before its first and after its last', async () => {
    const [found] = await findings(`x\nkey = ${privateKey()} end\ny`);
    expect(found).toMatchObject({ rule: 'private_key', line: 2, before: 'key = ', after: ' end' });
  });

  test('shows a part of a long line, cut between characters', async () => {
    const [found] = await findings(`${'é'.repeat(5_000)} ${TOKEN} ${'ü'.repeat(5_000)}`);
    expect(found?.column).toBe(5_002);
    expect(`${found?.before}${found?.after}`).toMatch(/^é{100,} {2}ü{100,}$/);
    expect(Buffer.byteLength(found?.before ?? '')).toBeLessThanOrEqual(LIMITS.excerptBytes + 4);
  });

  test('ends behind its last character, on whatever line that is', async () => {
    const key = privateKey();
    const [one, two] = await findings(`é ${TOKEN}\nkey = ${key} end\n`);
    expect([one?.endLine, one?.endColumn]).toEqual([1, 3 + TOKEN.length]);
    const lines = key.trimEnd().split('\n');
    const [line, column] = [1 + lines.length, (lines.at(-1) ?? '').length + 1];
    expect([two?.endLine, two?.endColumn]).toEqual([line, column]);
  });

  test('is the same however the text was read', async () => {
    const text = [
      `é ${TOKEN} ${OTHER}`,
      privateKey(),
      'z '.repeat(400),
      `${TOKEN}`,
      'y'.repeat(900),
      OTHER,
    ].join('\n');
    const whole = await findings(text);
    expect(whole).toHaveLength(5);
    for (const pieces of randomChunkings(bytes(text), { count: 60, seed: 5 })) {
      expect(await findings(text, pieces)).toEqual(whole);
    }
  });
});

describe('a fingerprint', () => {
  test('does not depend on the secret', async () => {
    const [one] = await findings(`a ${TOKEN} b`);
    const [two] = await findings(`a ${OTHER} b`);
    expect(one?.fingerprint).toBe(two?.fingerprint);
    expect(one?.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  });

  test('differs by line, and among equal lines', async () => {
    const found = await findings(`a ${TOKEN}\nb ${TOKEN}\na ${TOKEN}\na ${OTHER}`);
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(4);
  });

  test('survives lines added above', async () => {
    const [before] = await findings(`a ${TOKEN}`);
    const [after] = await findings(`new\n\na ${TOKEN}`);
    expect(after?.fingerprint).toBe(before?.fingerprint);
  });
});

describe('a comment that allows', () => {
  const allow = async (text: string) => (await findings(text)).map((finding) => finding.allow);
  const all = { rules: [], reason: undefined };

  test('stands on the line of the finding', async () => {
    expect(await allow(`a ${TOKEN} # hallpass:allow`)).toEqual([all]);
    expect(await allow(`/* hallpass:allow github_pat: made up */ ${TOKEN}`)).toEqual([
      { rules: ['github_pat'], reason: 'made up' },
    ]);
    expect(await allow(`${TOKEN} <!-- hallpass:allow jwt, github_pat — an example -->`)).toEqual([
      { rules: ['jwt', 'github_pat'], reason: 'an example' },
    ]);
  });

  test('or alone on the line above', async () => {
    expect(await allow(`x\n  // hallpass:allow\n${TOKEN}`)).toEqual([all]);
    expect(await allow(`x = 1 // hallpass:allow\n${TOKEN}`)).toEqual([undefined]);
    expect(await allow(`# hallpass:allow\n\n${TOKEN}`)).toEqual([undefined]);
    expect(await allow(`${'#'.repeat(400)} hallpass:allow\n${TOKEN}`)).toEqual([undefined]);
  });

  test('is no part of another word, and prose behind it is no freedom', async () => {
    expect(await allow(`${TOKEN} # hallpass:allowed`)).toEqual([undefined]);
    expect(await allow(`${TOKEN} # nohallpass:allow-not`)).toEqual([undefined]);
    expect(await allow(`${TOKEN} # hallpass:allow test data`)).toEqual([
      { rules: ['test'], reason: undefined },
    ]);
  });

  test('is seen however the text was read', async () => {
    const text = `${'a '.repeat(300)}\n# hallpass:allow github_pat\n${TOKEN}\n${'b '.repeat(400)}\n${OTHER}\n`;
    const whole = await findings(text);
    expect(whole.map(({ allow: found }) => found?.rules)).toEqual([['github_pat'], undefined]);
    for (const pieces of randomChunkings(bytes(text), { count: 60, seed: 7 }))
      expect(await findings(text, pieces)).toEqual(whole);
  });
});

test('a comment above a line that is long before its secret is seen wherever the text is cut', async () => {
  const above = `# hallpass:allow github_pat — ${'why '.repeat(40)}`;
  const text = `${'a '.repeat(300)}\n${above}\n${'b '.repeat(120)}${TOKEN}\n`;
  const whole = await findings(text);
  expect(whole.map(({ allow }) => allow?.rules)).toEqual([['github_pat']]);
  for (const pieces of everyCut(bytes(text))) expect(await findings(text, pieces)).toEqual(whole);
});

test('a binary file is not scanned, unless somebody named it', async () => {
  const read = () => [Uint8Array.of(0), bytes(` ${TOKEN}\n`)];
  const deps: ScanDeps = { detector, reason: () => undefined };
  const walked = { file: 'a.bin', relative: 'a.bin', read };
  expect(await collect(scan([walked], deps))).toEqual([{ kind: 'binary', file: 'a.bin' }]);
  const named = await collect(scan([{ ...walked, isNamed: true }], deps));
  expect(named.map(({ kind }) => kind)).toEqual(['finding', 'scanned']);
});

test('a file that can not be read does not stop the rest', async () => {
  const gone = new Error('gone');
  const deps: ScanDeps = { detector, reason: (error) => (error === gone ? 'it is gone' : undefined) };
  const read = () => {
    throw gone;
  };
  const files = [
    { file: 'dir', reason: 'permission denied' },
    { file: 'bad', relative: 'bad', read },
    { file: 'good', relative: 'good', read: () => [bytes(`${TOKEN}\n`)] },
  ];
  expect(await collect(scan(files, deps))).toMatchObject([
    { kind: 'unreadable', file: 'dir', reason: 'permission denied' },
    { kind: 'unreadable', file: 'bad', reason: 'it is gone' },
    { kind: 'finding', finding: { file: 'good' } },
    { kind: 'scanned', file: 'good' },
  ]);
});

test('an error that is no matter of files is not swallowed', async () => {
  const read = () => {
    throw new TypeError('a bug');
  };
  const files = [{ file: 'x', relative: 'x', read }];
  await expect(collect(scan(files, { detector, reason: () => undefined }))).rejects.toThrow('a bug');
});

async function collect(source: AsyncIterable<ScanEvent>): Promise<ScanEvent[]> {
  const all: ScanEvent[] = [];
  for await (const event of source) all.push(event);
  return all;
}
