#!/usr/bin/env node
// hallpass straight from src: Node strips the types, nothing is built.
const { main } = await import('../src/cli/main.ts');
await main(process.argv.slice(2), new URL('..', import.meta.url));
