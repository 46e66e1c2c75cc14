import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { createDetector } from '../../../src/core/mask/detect.ts';
import { everyCut } from '../../helpers/chunks.ts';
import { bytes, maskedText, masker, random, streamed } from './fixtures.ts';

const WEAK = ['hunter', '2xyz'].join('');
const PLAIN = ['let', 'mein'].join('');
const HASH = random('lhex', 40);

const TABLES: Readonly<Record<string, string>> = {
  'markdown': `# Users\n\n| id | password | note |\n|----|:--------:|------|\n| 1 | ${WEAK} | a |\n| 2 | ${PLAIN} | b |\n\nEnd.\n`,
  'markdown without bars around it': `id | password_hash\n---|---\n1 | ${PLAIN}\n2 | ${HASH}\n`,
  'psql': ` id |   name   | password \n----+----------+----------\n  1 | mia      | ${WEAK}\n  2 | you      | ${PLAIN}\n(2 rows)\n\nmore | text\n`,
  'mysql': `+----+----------+\n| id | password |\n+----+----------+\n|  1 | ${WEAK} |\n|  2 | ${PLAIN} |\n+----+----------+\n`,
  'CSV': `id,password,name\n1,${WEAK},mia\n2,"${PLAIN}",you\n`,
  'CSV of Windows': `id;password\r\n1;${WEAK}\r\n2;${PLAIN}\r\n`,
  'tabs': `name\tpassword_hash\nmia\t${HASH}\nyou\t${PLAIN}\n`,
  'CSV after other text': `The users:\n\nid,password,name\n1,${WEAK},mia\n2,"${PLAIN}",you\n\nEnd.\n`,
  'CSV of Windows after other text': `See below.\r\n"id";"password"\r\n1;${WEAK}\r\n2;${PLAIN}\r\n`,
  'CSV in a fence, and a table after it': `Both:\n\`\`\`csv\nname,password_hash\nmia,${HASH}\n\`\`\`\n\n| id | password |\n|---|---|\n| 1 | ${PLAIN} |\n`,
  'two of CSV': `name,password\nmia,${WEAK}\n\nname,other,password\nyou,x,${PLAIN}\n`,
  'INSERT with rows of their own lines': `INSERT INTO users (id, name, password) VALUES\n  (1, 'mia', '${WEAK}'),\n  (2, 'you', '${PLAIN}');\nEnd.\n`,
  'INSERT as mysqldump writes it': `-- Users\nINSERT INTO \`users\` (\`password\`, \`note\`, \`name\`) VALUES ('${WEAK}','it''s (a), \\'b\\'',NOW()),('${HASH}',NULL,'mia'),('${PLAIN}',3,'you');\nEnd.\n`,
  'two INSERTs and a table': `INSERT INTO a (name, pwd) VALUES ('mia', '${WEAK}');\ninsert into b (pwd) values ('${PLAIN}'), ('${HASH}');\n\n| id | password |\n|---|---|\n| 1 | ${PLAIN} |\n`,
  'COPY as pg_dump writes it': `COPY public.users (id, name, password_hash, note) FROM stdin;\n1\tmia\t${HASH}\tsays "a\n2\tyou\t${PLAIN}\t\\N\n\\.\nEnd.\n`,
  'COPY with line ends of Windows': `SET x;\r\nCOPY users (password, name) FROM stdin WITH (FORMAT text);\r\n${PLAIN}\tyou\r\n${WEAK}\tmia\r\n\\.\r\n`,
  'CSV without a last line end': `password,user\n${WEAK},mia\n${PLAIN},you`,
}; // prettier-ignore

describe('a column with a secret’s name is hidden in', () => {
  test.each(Object.entries(TABLES))('%s, whatever its cells hold', (_, text) => {
    const masked = maskedText(masker(), text);
    for (const secret of [WEAK, PLAIN, HASH]) expect(masked).not.toContain(secret);
    const rest = ['mia', 'you', ' a |', '2 rows', 'more | text', 'End.'].filter((word) =>
      text.includes(word),
    );
    for (const word of rest) expect(masked).toContain(word);
  });

  test.each(Object.entries(TABLES))('%s, cut anywhere', (_, text) => {
    const by = masker();
    const whole = maskedText(by, text);
    for (const pieces of everyCut(bytes(text))) expect(streamed(by, pieces)).toBe(whole);
    const single = Array.from(bytes(text), (byte) => Uint8Array.of(byte));
    expect(streamed(by, single)).toBe(whole);
  });
});

test('tables made of pieces that open, go on and end come out the same however they are cut', () => {
  const by = masker();
  const piece = fc.constantFrom(
    '| id | password |', 'id,password', '|--|--|', '---+---', '+--+--+', '\n', '\r\n', `| 1 | ${PLAIN} |`, `1,${PLAIN}`, '--', '-'.repeat(300),
    `a | ${WEAK}`, '\nid,password\n', 'INSERT INTO a (b, password) VALUES ', `(1, '${PLAIN}')`, "('", ', ', 'COPY a (b, pwd) FROM stdin;\n', `1\t${PLAIN}`, 'name,token\n', ' ', 'x'.repeat(200), '"', '|', ',', 'password: ',
  ); // prettier-ignore
  const cuts = fc.array(fc.nat(90), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), cuts, (pieces, sizes) => {
      const text = bytes(pieces.join(''));
      const parts: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) parts.push(text.subarray(at, (at += size)));
      expect(streamed(by, [...parts, text.subarray(at)])).toBe(maskedText(by, pieces.join('')));
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  'password | the secret word\nof a table without a rule',
  'Passwords\n---------\nThey are long, and secret.\n',
  '| name | type |\n|---|---|\n| password | string |\n',
  '| Secret | Purpose |\n|---|---|\n| DATABASE_URL | where the database is |\n',
  '| password | note |\n|---|---|\n| ******** | hidden |\n| ${DB_PASSWORD} | set |\n',
  'password,token,key\nare words of a list\n',
  'See:\n\npassword,token,key\nare words of a list\n',
  'import {\n  password,\n  token,\n} from "x";\n',
  '| condition to pass | then |\n|---|---|\n| it is green | go |\n',
])('%s is left', (text) => {
  expect(createDetector().detect(bytes(text))).toEqual([]);
});

test('a row beyond the limit ends the table, and nothing more is held back', () => {
  const head = '| password | note |\n|---|---|\n';
  const stream = masker().stream();
  stream.push(bytes(`${head}| x | ${'long '.repeat(LIMITS.tableRowBytes / 5)}`));
  expect(stream.held).toBeLessThan(16);
});
