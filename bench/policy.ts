/**
 * What deciding on a call costs under each shipped policy and under one with conditions of its own, for arguments of 1 KB
 * and 100 KB: `node bench/policy.ts`. Without the masking before it, and with the arguments built anew each time, as for
 * a message that has just come.
 */
import process from 'node:process';

import { parsePolicy, shippedPolicy } from '../src/app/policy/policy-file.ts';
import { SHIPPED_NAMES } from '../src/app/policy/shipped.ts';
import { valueAt } from '../src/core/jsonrpc/json-value.ts';
import type { PolicyCall } from '../src/core/policy/call.ts';
import { createPolicy, type Policy } from '../src/core/policy/evaluate.ts';
import { elapsedMs } from './clock.ts';

const TARGET_MICROS = 50;
const WARM_UP = 2_000;
const RUNS = 5_000;

const RULES = `version: 1
name: conditions
extends: observe
rules:
  - { id: a, when: environment == "production" && !("dba" in groups), verdict: hold }
  - { id: b, when: args.sql.matches("(?i)^drop\\\\s+table"), verdict: deny }
  - { id: c, when: 'findings.exists(f, f.severity == "high") || severity == "high"', verdict: hold }
`;

const SQL = 'SELECT name, email FROM customers WHERE id = 4711 AND city = "Delft" ORDER BY name; ';
const LOG = 'GET /index.html 200 12 ms; user jo, session 5, "no error" (cache hit), next line\n';
// Words on their own say little, and these have some that tables name in every line: all of it is read word by word.
const CHANGES = "UPDATE orders SET state = 'sent', t.n = 7 WHERE id = 4711; CREATE INDEX a ON b (c); ";
const SCRIPT = 'for f in "$DIR"/*.txt; do git add "$f" && docker build -t x:1 . | tee it\\ is.log; done\n';
const CALLS: Readonly<Record<string, { tool: string; args: (bytes: number) => Record<string, unknown> }>> = {
  'a query': { tool: 'query', args: (bytes) => ({ sql: repeated(SQL, bytes) }) },
  'a command': { tool: 'bash', args: (bytes) => ({ command: repeated(LOG, bytes) }) },
  changes: { tool: 'query', args: (bytes) => ({ sql: repeated(CHANGES, bytes) }) },
  'a script': { tool: 'bash', args: (bytes) => ({ command: repeated(SCRIPT, bytes) }) },
  'a file written': {
    tool: 'write_file',
    args: (bytes) => ({ path: 'a.md', content: repeated(LOG, bytes) }),
  },
};

const policies: Record<string, Policy> = Object.fromEntries([
  ...SHIPPED_NAMES.map((name) => [name, createPolicy([shippedPolicy(name)])] as const),
  ['3 conditions', createPolicy([parsePolicy(RULES, 'bench.yaml', 'user')])] as const,
]);

process.stdout.write(
  `policy        arguments                  p50 µs     p99 µs   (reach: ${TARGET_MICROS})\n`,
);
for (const [name, policy] of Object.entries(policies))
  for (const kilobytes of [1, 100]) row(name, policy, kilobytes);

function row(name: string, policy: Policy, kilobytes: number): void {
  for (const [what, { tool, args }] of Object.entries(CALLS)) {
    const json = Buffer.from(JSON.stringify(args(kilobytes * 1024)));
    const runs = kilobytes === 1 ? RUNS : RUNS / 50;
    for (let run = 0; run < (kilobytes === 1 ? WARM_UP : 20); run += 1) policy.decide(callOf(tool, json));
    const micros = Array.from({ length: runs }, () => {
      const call = callOf(tool, json);
      return elapsedMs(() => policy.decide(call)) * 1000;
    }).toSorted((a, b) => a - b);
    const [p50, p99] = [0.5, 0.99].map((part) => (micros[Math.floor(runs * part)] ?? 0).toFixed(1));
    const label = `${what}, ${kilobytes} KB`;
    process.stdout.write(`${name.padEnd(14)}${label.padEnd(24)}${p50?.padStart(9)}${p99?.padStart(11)}\n`);
  }
}

function callOf(tool: string, json: Uint8Array): PolicyCall {
  return {
    connection: 'db',
    environment: 'production',
    direction: 'to_server',
    method: 'tools/call',
    tool,
    annotations: { readOnlyHint: true },
    args: once(() => valueAt(json, [])),
    findings: [],
    principal: { subject: 'jo', issuer: 'https://id.example', groups: ['dba'], claims: { scope: 'read' } },
    credential: { kind: 'none', scopes: undefined },
    unchecked: false,
  };
}

function once<T>(read: () => T): () => T {
  let known: { value: T } | undefined;
  return () => (known ??= { value: read() }).value;
}

function repeated(text: string, bytes: number): string {
  return text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes);
}
