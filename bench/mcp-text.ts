/** Results as MCP servers send them: file listings, rows, search hits, issues and documents. The same at each run. */
export function mcpMessages(count: number, size: number): Uint8Array[] {
  const random = generator(42);
  return Array.from({ length: count }, (_, n) => message(n, size, random));
}

type Random = (below: number) => number;

const MAKERS = [listing, rows, hits, issue] as const;

function message(n: number, size: number, random: Random): Uint8Array {
  const make = MAKERS[n % MAKERS.length] ?? listing;
  const items: unknown[] = [];
  for (let length = 0; length < size * 0.8;) {
    const item = make(items.length, random);
    length += JSON.stringify(item).length;
    items.push(item);
  }
  const text = JSON.stringify(items, undefined, n % 2 === 0 ? 2 : undefined);
  const result =
    n % 3 === 0
      ? { content: [], structuredContent: { items } }
      : { content: [{ type: 'text', text }], isError: false };
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: n, result }));
}

function listing(n: number, random: Random): unknown {
  return {
    path: `src/${word(random)}/${word(random)}-${n}.ts`,
    size: random(100_000),
    mode: '100644',
    modified: `2026-0${1 + random(9)}-1${random(10)}T0${random(10)}:12:5${random(10)}.000Z`,
    sha: hex(40, random),
  };
}

function rows(n: number, random: Random): unknown {
  return {
    id: n,
    user_id: random(1_000_000),
    name: `${capital(word(random))} ${capital(word(random))}`,
    status: random(2) === 0 ? 'active' : 'pending',
    total: random(100_000) / 100,
    note: sentence(6, random),
  };
}

function hits(n: number, random: Random): unknown {
  return {
    url: `https://docs.example.org/${word(random)}/${word(random)}?page=${n}`,
    title: sentence(5, random),
    snippet: sentence(30, random),
    score: random(1000) / 1000,
  };
}

function issue(n: number, random: Random): unknown {
  return {
    number: n,
    title: sentence(7, random),
    body: `## ${sentence(3, random)}\n\n${sentence(40, random)}\n\n\`\`\`ts\nconst ${word(random)} = await ${word(random)}.get('${word(random)}');\n\`\`\`\n`,
    labels: [word(random), word(random)],
    author: { login: word(random), key: word(random), type: 'User' },
  };
}

const WORDS = (
  'the a of to and in for with is not on file error value request response server client message token key index table column user ' +
  'session account project update delete create search result content path name version module import export function return type ' +
  'string number object array parse write read stream buffer handle open close start stop limit timeout retry config option default'
).split(' ');

function word(random: Random): string {
  return WORDS[random(WORDS.length)] ?? '';
}

function sentence(words: number, random: Random): string {
  return `${capital(Array.from({ length: words }, () => word(random)).join(' '))}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function hex(count: number, random: Random): string {
  return Array.from({ length: count }, () => random(16).toString(16)).join('');
}

function generator(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
