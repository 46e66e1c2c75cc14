/**
 * `keyring|keytar get|set ACCOUNT`: the one place that touches a keychain library, as a process of its own that
 * `keychain.ts` can kill. The key goes through stdin and stdout as hex; no answer means no such item.
 */
import { text } from 'node:stream/consumers';
import process from 'node:process';

interface Store {
  get(): Promise<string | null | undefined>;
  set(value: string): Promise<void>;
}

interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
}

// Our own service name, and never findCredentials: keytar's dies on items of other programs.
const SERVICE = 'hallpass-vault';

const [library = '', operation, account = ''] = process.argv.slice(2);

try {
  const store = library === 'keytar' ? await keytar() : await keyring();
  if (operation === 'set') await store.set(await text(process.stdin));
  else process.stdout.write((await store.get()) ?? '');
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function keyring(): Promise<Store> {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  // Pinned: without a secret service the library would fall back to the kernel's keyring, which forgets at reboot.
  const entry = new AsyncEntry(SERVICE, account, { linux: { store: 'secret-service' } });
  return { get: () => entry.getPassword(), set: (value) => entry.setPassword(value) };
}

async function keytar(): Promise<Store> {
  // An optional dependency: a name the compiler can't resolve where it was not built.
  const name: string = 'keytar';
  const { default: keychain } = (await import(name)) as { default: Keytar };
  return {
    get: () => keychain.getPassword(SERVICE, account),
    set: (value) => keychain.setPassword(SERVICE, account, value),
  };
}
