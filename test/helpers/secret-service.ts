import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';

const GIVE_UP_MS = 10_000;
const LOGIN_KEYRING = '/org/freedesktop/secrets/collection/login';
const NEEDED = ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon'];

type Variables = Readonly<Record<string, string>>;

/** A D-Bus session and a GNOME keyring in a home of their own. Disposing of it ends both, whatever they started included. */
export interface SecretService {
  /** For a process that is to talk to it. */
  readonly env: Variables;
  /** Locks the login keyring. Nobody is there to be asked for its password. */
  lock(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What this machine lacks for a secret service of a test's own, or undefined. */
export function missingForSecretService(): string | undefined {
  if (process.platform !== 'linux') return NO_SECRET_SERVICE;
  const missing = NEEDED.some((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error);
  return missing ? NO_SECRET_SERVICE : undefined;
}

const NO_SECRET_SERVICE = `${NEEDED.slice(0, -1).join(', ')} or ${NEEDED.at(-1)} is not installed`;

/** Starts one below `home`, which has to be fresh, and waits until its login keyring is there and unlocked. */
export async function startSecretService(home: string): Promise<SecretService> {
  for (const name of ['run', '.local/share/keyrings'])
    mkdirSync(join(home, name), { mode: 0o700, recursive: true });
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_RUNTIME_DIR: join(home, 'run'),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(home, 'bus')}`,
  };
  const daemons = new Daemons(env);
  const signal = AbortSignal.timeout(GIVE_UP_MS);
  try {
    const config = join(home, 'bus.conf');
    writeFileSync(config, busConfig(env.DBUS_SESSION_BUS_ADDRESS));
    const bus = daemons.start('dbus-daemon', ['--nofork', '--print-address', `--config-file=${config}`]);
    await once(bus.stdout, 'data', { signal });
    const keyring = daemons.start('gnome-keyring-daemon', [
      '--unlock',
      '--foreground',
      '--components=secrets',
    ]);
    // The password of the login keyring, which it makes.
    keyring.stdin.end('pw');
    await loginKeyringUnlocked(env, signal);
  } catch (cause) {
    await daemons.end();
    throw new Error(`no unlocked secret service within ${GIVE_UP_MS} ms: ${daemons.said}`, { cause });
  }
  return { env, lock: () => lockLoginKeyring(env), [Symbol.asyncDispose]: () => daemons.end() };
}

// Without directories of services: whoever asks before the daemon is there would have the bus start another one, locked.
function busConfig(address: string): string {
  return `<busconfig>
    <type>session</type>
    <listen>${address}</listen>
    <policy context="default">
      <allow send_destination="*"/>
      <allow receive_type="*"/>
      <allow own="*"/>
    </policy>
  </busconfig>`;
}

async function loginKeyringUnlocked(env: Variables, signal: AbortSignal): Promise<void> {
  const question = [
    LOGIN_KEYRING,
    'org.freedesktop.DBus.Properties.Get',
    'string:org.freedesktop.Secret.Collection',
  ];
  let answer = '';
  while (!answer.includes('boolean false')) {
    signal.throwIfAborted();
    answer = await askService([...question, 'string:Locked'], { env, signal });
  }
}

async function lockLoginKeyring(env: Variables): Promise<void> {
  const order = ['/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock'];
  const signal = AbortSignal.timeout(GIVE_UP_MS);
  const answer = await askService([...order, `array:objpath:${LOGIN_KEYRING}`], { env, signal });
  if (!answer.includes(LOGIN_KEYRING)) throw new Error(`the login keyring was not locked: ${answer}`);
}

async function askService(
  question: readonly string[],
  options: { env: Variables; signal: AbortSignal },
): Promise<string> {
  const args = ['--session', '--print-reply', '--reply-timeout=1000', '--dest=org.freedesktop.secrets'];
  const asked = spawn('dbus-send', [...args, ...question], {
    ...options,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [answer] = await Promise.all([text(asked.stdout), once(asked, 'close')]);
  return answer;
}

/** Each leads a process group, so that all of it can be ended. */
class Daemons {
  /** What they wrote, for the one who wonders why they do nothing. */
  said = '';
  readonly #env: Variables;
  readonly #running: { readonly pid: number | undefined; readonly closed: Promise<void> }[] = [];

  constructor(env: Variables) {
    this.#env = env;
  }

  start(command: string, args: readonly string[]): ChildProcessWithoutNullStreams {
    const daemon = spawn(command, args, { env: this.#env, detached: true });
    const closed = new Promise<void>((resolve) => daemon.once('close', () => resolve()));
    this.#running.push({ pid: daemon.pid, closed });
    daemon.once('error', (error) => (this.said += error.message));
    for (const output of [daemon.stdout, daemon.stderr])
      output.on('data', (bytes: Buffer) => (this.said += bytes.toString()));
    return daemon;
  }

  async end(): Promise<void> {
    for (const { pid, closed } of this.#running.splice(0)) {
      if (pid !== undefined) endGroup(pid);
      await closed;
    }
  }
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
