// What one hub does on this machine, with its client on the same cores: tokens minted, bytes and events ingested.
//   node bench/hub.ts [SECONDS]
import { randomBytes } from 'node:crypto';
import process from 'node:process';

import { HubProcess } from '../test/hub/helpers/hub-process.ts';
import { put, record, type Recorded, seal } from '../test/hub/helpers/uploading.ts';

const SECONDS = Number(process.argv[2] ?? 5);
const AT_ONCE = 32;
const CHUNK = 4 * 1024 * 1024;

await using hub = new HubProcess();
await hub.start();
const { id_token: idToken } = await hub.signIn('developer');
const token = await hub.mint(idToken);

console.log(`mint        ${(await mints()).toFixed(0)} a second, ${AT_ONCE} at once`);
const big = await record({ payloads: Array.from({ length: 64 }, () => randomBytes(1024 * 1024)) });
report('64 payloads of 1 MB', await ingest(big));
const many = await record({ payloads: Array.from({ length: 100_000 }, () => randomBytes(100)) });
report('100,000 events', await ingest(many));

async function mints(): Promise<number> {
  const end = performance.now() + SECONDS * 1000;
  let count = 0;
  const one = async (): Promise<void> => {
    for (; performance.now() < end; count += 1) {
      const answer = await hub.exchange(idToken, { audience: 'demo' });
      if (!answer.ok) throw new Error(String(answer.status));
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return count / SECONDS;
}

interface Times {
  readonly recorded: Recorded;
  readonly uploadMs: number;
  readonly sealMs: number;
}

async function ingest(recorded: Recorded): Promise<Times> {
  const start = performance.now();
  for (const file of ['log', 'payloads'] as const) {
    for (let offset = 0; offset < recorded[file].length; offset += CHUNK) {
      const bytes = recorded[file].subarray(offset, offset + CHUNK);
      const { ok } = await put(hub, token, { session: recorded.id, file, offset, bytes });
      if (!ok) throw new Error('a chunk was refused');
    }
  }
  const uploaded = performance.now();
  const answer = await seal(hub, token, recorded);
  if (!answer.ok) throw new Error('the seal was refused');
  return { recorded, uploadMs: uploaded - start, sealMs: performance.now() - uploaded };
}

function report(what: string, { recorded, uploadMs, sealMs }: Times): void {
  const bytes = recorded.log.length + recorded.payloads.length;
  const events = recorded.log.filter((byte) => byte === 0x0a).length;
  const speed = (count: number, ms: number): string => ((count / ms) * 1000).toFixed(0);
  const megabytes = (ms: number): string => (bytes / 1024 / 1024 / (ms / 1000)).toFixed(0);
  console.log(`${what.padEnd(20)} upload ${megabytes(uploadMs)} MB/s, ${speed(events, uploadMs)} events/s`);
  console.log(`${''.padEnd(20)} seal   ${megabytes(sealMs)} MB/s, ${speed(events, sealMs)} events/s`);
  console.log(
    `${''.padEnd(20)} both   ${megabytes(uploadMs + sealMs)} MB/s, ${speed(events, uploadMs + sealMs)} events/s`,
  );
}
