// The conformance server by HTTP, as a process of its own. Its one line says where it is.
import process from 'node:process';

import { serveHttp } from './http.ts';

process.stdout.write(`${await serveHttp()}\n`);
// Whoever started it holds its stdin.
process.stdin.resume().once('close', () => process.exit());
