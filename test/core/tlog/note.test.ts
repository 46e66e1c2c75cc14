import { describe, expect, test } from 'vitest';

import { ephemeralSigner } from '../../../src/core/session/signer.ts';
import { logKeyText, openNote, parseLogKey, signNote } from '../../../src/core/tlog/note.ts';

const signer = ephemeralSigner();
const key = { name: 'hub.example/log', publicKey: Buffer.from(signer.publicKey) };
const checkpoint = { origin: key.name, size: 3, root: Buffer.alloc(32, 5) };
const note = signNote(checkpoint, signer);

// The public key of Go's checksum database.
const GO_SUM = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';

describe('a note', () => {
  test('is the checkpoint, an empty line, and a line with name, key id and signature', () => {
    expect(note.split('\n').slice(0, 4)).toEqual([
      'hub.example/log',
      '3',
      checkpoint.root.toString('base64'),
      '',
    ]);
    expect(note).toMatch(/\n\n\u2014 hub\.example\/log [A-Za-z0-9+/]+=*\n$/);
    expect(openNote(note, key)).toEqual(checkpoint);
  });

  test('is read past the signatures of witnesses', () => {
    const witnessed = `${note}\u2014 witness.example AAAAAAAA\n`;
    expect(openNote(witnessed, key)).toEqual(checkpoint);
    expect(openNote(note.replace('\n\n', '\n\n\u2014 witness.example AAAAAAAA\n'), key)).toEqual(checkpoint);
  });

  test('is refused with another text, key, name, or no signature', () => {
    const other = { name: key.name, publicKey: Buffer.from(ephemeralSigner().publicKey) };
    expect(openNote(note.replace('\n3\n', '\n4\n'), key)).toBeUndefined();
    expect(openNote(note, other)).toBeUndefined();
    expect(openNote(note, { ...key, name: 'other.example/log' })).toBeUndefined();
    expect(openNote(note.slice(0, note.indexOf('\n\n') + 2), key)).toBeUndefined();
    expect(openNote('', key)).toBeUndefined();
  });
});

describe('a key', () => {
  test('is read back as it was written', () => {
    expect(parseLogKey(logKeyText(key))).toEqual(key);
  });

  test("has the id that Go's sumdb gives its own", () => {
    const read = parseLogKey(GO_SUM);
    expect(read?.name).toBe('sum.golang.org');
    expect(read && logKeyText(read)).toBe(GO_SUM);
  });

  test('with a wrong id, type or length is none', () => {
    const text = logKeyText(key);
    const bent = [
      text.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
      text.slice(0, -4),
      'nonsense',
      '',
      `${text}=`,
    ];
    expect(bent.map(parseLogKey)).toEqual(bent.map(() => undefined));
  });
});
