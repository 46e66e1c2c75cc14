import { beforeEach, describe, expect, test } from 'vitest';

import { LogWatch } from '../../src/identity/log-watch.ts';
import { HallpassError } from '../../src/core/errors.ts';
import { HubLog } from '../helpers/hub-log.ts';
import { memoryStore } from '../helpers/uploader.ts';

let log: HubLog;
let asked: [number, number][];
let watch: LogWatch;
const store = memoryStore();

beforeEach(() => {
  log = new HubLog();
  for (let count = 0; count < 10; count += 1) log.append();
  asked = [];
  store.remove('log https://hub.example');
  watch = watching(log);
});

function watching(shown: HubLog): LogWatch {
  return new LogWatch({
    hub: 'https://hub.example',
    key: log.key,
    store,
    consistency: (from, to) => {
      asked.push([from, to]);
      return Promise.resolve(shown.consistency(from, to));
    },
  });
}

describe('a log that grows', () => {
  test('is followed, head by head', async () => {
    expect(watch.newest).toBeUndefined();
    await watch.seePresent(log.note(4));
    await watch.seePresent(log.note(10));
    expect(watch.newest).toMatchObject(log.head(10));
    expect(asked).toEqual([[4, 10]]);
  });

  test('may be shown at an earlier age, and that changes nothing', async () => {
    await watch.see(log.note(10));
    expect(await watch.see(log.note(7))).toMatchObject(log.head(7));
    expect(watch.newest).toMatchObject(log.head(10));
    expect(asked).toEqual([[7, 10]]);
  });

  test('needs no proof from nothing, nor from where it stood', async () => {
    await watch.seePresent(log.note(0));
    await watch.seePresent(log.note(10));
    await watch.seePresent(log.note(10));
    expect(asked).toEqual([]);
  });

  test('is remembered by every process', async () => {
    await watch.see(log.note(10));
    expect(watching(log).newest).toMatchObject(log.head(10));
  });

  test('seen by two at once ends with the newer head, whoever writes last', async () => {
    await watch.see(log.note(3));
    await Promise.all([5, 10, 8].map((size) => watching(log).see(log.note(size))));
    expect(watch.newest).toMatchObject(log.head(10));
  });
});

describe('ERR_RECEIPT', () => {
  const refuses = (promise: Promise<unknown>) => expect(promise).rejects.toThrowWithCode('ERR_RECEIPT');

  /** The same key over other leaves. */
  function fork(from: number): HubLog {
    const other = new HubLog(log.key.name, log.signer);
    other.leaves.push(...log.leaves.slice(0, from));
    while (other.leaves.length < 12) other.append();
    return other;
  }

  test('for a present head that is older than one seen before, proof or not', async () => {
    await watch.see(log.note(10));
    await refuses(watch.seePresent(log.note(9)));
    expect(watch.newest).toMatchObject(log.head(10));
  });

  test('for a checkpoint of another key, name or text', async () => {
    const stranger = new HubLog();
    stranger.leaves.push(...log.leaves);
    await refuses(watch.see(stranger.note()));
    await refuses(watch.see(new HubLog('other.example/log').note()));
    await refuses(watch.see(log.note().replace('\n10\n', '\n11\n')));
    await refuses(watch.see(''));
    expect(watch.newest).toBeUndefined();
  });

  test('for another history: of the same length, longer or shorter', async () => {
    await watch.see(log.note(10));
    const other = fork(6);
    const shown = watching(other);
    for (const size of [10, 12, 8]) await refuses(shown.see(other.note(size)));
    expect(watch.newest).toMatchObject(log.head(10));
  });

  test('when the hub will not prove it', async () => {
    await watch.see(log.note(5));
    const silent = new LogWatch({
      hub: 'https://hub.example',
      key: log.key,
      store,
      consistency: () => Promise.reject(new HallpassError('ERR_HUB', 'no such leaves')),
    });
    await refuses(silent.see(log.note(10)));
  });
});

test('a network that fails is no contradiction', async () => {
  await watch.see(log.note(5));
  const offline = new LogWatch({
    hub: 'https://hub.example',
    key: log.key,
    store,
    consistency: () => Promise.reject(new HallpassError('ERR_HUB_UNREACHABLE', 'down')),
  });
  await expect(offline.see(log.note(10))).rejects.toThrowWithCode('ERR_HUB_UNREACHABLE');
});
