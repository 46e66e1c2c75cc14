// The least a process in between can do: copy bytes. `byte-pipe.ts stdio COMMAND…` or `byte-pipe.ts tcp PORT`.
import { spawn } from 'node:child_process';
import { type AddressInfo, connect, createServer } from 'node:net';
import process from 'node:process';

const [mode, ...rest] = process.argv.slice(2);

if (mode === 'tcp') {
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: Number(rest[0]), host: '127.0.0.1', noDelay: true });
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
} else {
  const [command = '', ...args] = rest;
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  process.stdin.pipe(child.stdin);
  child.stdout.pipe(process.stdout);
}
