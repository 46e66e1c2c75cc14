import { expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import { bytes, random } from './fixtures.ts';

const WEAK = ['hunter', '2xyz'].join('');
const CRYPT = random('alnum', 13);
const HEX = random('lhex', 32);

const FILES: readonly (readonly [file: string, text: string, secret: string])[] = [
  ['app/config/master.key', HEX, HEX],
  ['config/credentials/production.key', `${HEX}\n`, HEX],
  ['web/.htpasswd', `# users\nme:${CRYPT}\n`, CRYPT],
  ['site/.htpasswd', `me:${CRYPT}`, CRYPT],
  ['etc/nginx/htpasswd', `me:${CRYPT}\r\n`, CRYPT],
  ['/etc/rsyncd.secrets', `you:x\nme:${WEAK}`, WEAK],
  ['/etc/postfix/sasl_passwd', `[smtp.example.org]:587 me@example.org:${WEAK}\n`, WEAK],
  ['/etc/exim4/passwd.client', `smtp.example.org:me:${WEAK}\n`, WEAK],
  ['/etc/shadow', `daemon:*:19000:0:99999:7:::\nme:${CRYPT}:19000:0:99999:7:::\n`, CRYPT],
  ['image/etc/gshadow-', `wheel:!::me\nusers:${CRYPT}::me\n`, CRYPT],
  ['/etc/ppp/chap-secrets', `"me" * "${WEAK}" *\n`, WEAK],
];

test.each(FILES)('%s is known for secrets', (file, text, secret) => {
  const found = createDetector().detect(bytes(text), { file });
  const start = text.indexOf(secret);
  expect(found.map(({ start: from, end }) => [from, end])).toEqual([[start, start + secret.length]]);
});

test.each(FILES)('%s byte by byte', (file, text) => {
  const stream = createDetector().stream({ file });
  const found = Array.from(bytes(text), (byte) => stream.push(Uint8Array.of(byte))).flat();
  expect([...found, ...stream.flush()]).toEqual(createDetector().detect(bytes(text), { file }));
});

test('the same lines in another file say nothing', () => {
  for (const [, text] of FILES)
    expect(createDetector().detect(bytes(text), { file: 'notes.txt' })).toEqual([]);
});
