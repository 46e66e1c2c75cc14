import path from 'node:path';

import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

import type { Detector } from '../src/core/mask/detect.ts';
import { processorMs } from './clock.ts';
import { mcpMessages } from './mcp-text.ts';
import type { Text } from './ordinary-text.ts';

const KB = 1024;
const ROUNDS = 5;
const PIECES_BYTES = 12e6;
const JSON_TWICE = 'MCP results, 8 KB JSON.parse + JSON.stringify';

/** How fast the detector is on ordinary text, MB/s, and by how much faster than others. */
export interface OrdinarySpeed {
  readonly whole: number;
  readonly timesJson: number;
  readonly timesSecretlint256: number;
  readonly timesSecretlint8: number;
}

interface Job {
  readonly bytes: number;
  readonly run: () => Promise<void> | void;
}

/** Lets the detector, secretlint and JSON take turns, each counting with its best round, and prints what each reached. */
export async function ordinarySpeed(detector: Detector, whole: readonly Text[]): Promise<OrdinarySpeed> {
  const speed = await bestOf(jobs(detector, whole));
  for (const [name, value] of Object.entries(speed))
    console.log(`  ${name.padEnd(52)} ${value.toFixed(0).padStart(6)}`);
  const ratio = (a: string, b: string): number => (speed[a] ?? 0) / (speed[b] ?? 1);
  return {
    whole: speed['whole files hallpass'] ?? 0,
    timesJson: ratio('whole files hallpass', JSON_TWICE),
    timesSecretlint256: ratio('256 KB hallpass', '256 KB secretlint'),
    timesSecretlint8: ratio('8 KB hallpass', '8 KB secretlint'),
  };
}

async function bestOf(all: Readonly<Record<string, Job>>): Promise<Record<string, number>> {
  const best: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, { run, bytes }] of Object.entries(all)) {
      const ms = await processorMs(run);
      best[name] = Math.max(best[name] ?? 0, bytes / 1e3 / ms);
    }
  }
  return best;
}

function jobs(detector: Detector, whole: readonly Text[]): Record<string, Job> {
  const messages = mcpMessages(400, 8 * KB).map((text) => ({ file: 'message.json', text }));
  const sets = {
    '256 KB': pieces(whole, 256 * KB),
    '8 KB': pieces(whole, 8 * KB),
    'MCP results, 8 KB': messages,
  };
  const all: Record<string, Job> = { 'whole files hallpass': detecting(detector, whole) };
  for (const [size, set] of Object.entries(sets)) {
    all[`${size} hallpass`] = detecting(detector, set);
    all[`${size} secretlint`] = linting(upTo(set, PIECES_BYTES / 4));
  }
  const run = (): void => {
    for (const { text } of messages) JSON.stringify(JSON.parse(Buffer.from(text).toString()));
  };
  all[JSON_TWICE] = { bytes: bytesOf(messages), run };
  return all;
}

function detecting(detector: Detector, texts: readonly Text[]): Job {
  const run = (): void => {
    for (const { text, file } of texts) detector.detect(text, { file });
  };
  return { bytes: bytesOf(texts), run };
}

function linting(texts: readonly Text[]): Job {
  const run = async (): Promise<void> => {
    for (const { text, file } of texts) await lint(text, file);
  };
  return { bytes: bytesOf(texts), run };
}

async function lint(text: Uint8Array, file: string): Promise<unknown> {
  const source = {
    content: Buffer.from(text).toString('utf8'),
    filePath: file,
    ext: path.extname(file),
    contentType: 'text',
  } as const;
  const id = '@secretlint/secretlint-rule-preset-recommend';
  return lintSource({ source, options: { config: { rules: [{ id, rule: creator, rules: [] }] } } });
}

function pieces(of: readonly Text[], size: number): Text[] {
  const cut: Text[] = [];
  let total = 0;
  // Every seventh, so that all kinds of files are among them.
  for (const { text, file } of of.filter((_, n) => n % 7 === 0)) {
    for (let at = 0; at < text.length && total < PIECES_BYTES; at += size) {
      const piece = text.subarray(at, at + size);
      cut.push({ file, text: piece });
      total += piece.length;
    }
  }
  return cut;
}

/** The first of them, so many bytes in all. */
export function upTo(of: readonly Text[], bytes: number): Text[] {
  let total = 0;
  return of.filter(({ text }) => (total += text.length) <= bytes);
}

export function bytesOf(of: readonly Text[]): number {
  return of.reduce((sum, { text }) => sum + text.length, 0);
}
