import { VENDOR_RULES } from '../src/core/mask/rules/vendors.ts';
import { CLASSES, type ClassName } from '../src/core/mask/bytes.ts';

/** What is repeated to make a hostile text, and what it is called. */
export type Family = readonly [name: string, unit: string];

const LABEL = ['PRIVATE', 'KEY'].join(' ');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const lines = (text: string): string => base64(text.repeat(20)).replaceAll(/.{76}/g, '$&\n');

/** Repeated beginnings, near misses, nested quotes, long runs, encodings in encodings. */
export const FAMILIES: readonly Family[] = [
  ['eyJ', 'eyJ'],
  ['eyJ with dots', 'eyJhbGciOiJIUzI1NiJ9.'],
  ['eyJ, a header that is none', `${base64('{"a":"b","c":1}')}.`],
  ['PEM headers', `-----BEGIN ${LABEL}-----\n`],
  ['PEM headers with bodies, no end', `-----BEGIN ${LABEL}-----\n${'Ab0+'.repeat(16)}\n`],
  ['PEM labels without an end', '-----BEGIN AAAA'],
  ['dashes', '-'],
  ['ghp_', 'ghp_'],
  ['sk-', 'sk-'],
  ['AKIA', ['AK', 'IA'].join('')],
  ['Slack near misses', 'xoxb-1234567890-'],
  ['names', 'password'],
  ['password=token=', 'password=token='],
  ['names and ties', 'password='],
  ['names, ties and blanks', 'password = '],
  ['names and open quotes', 'password="'],
  ['names and open quotes of all kinds', 'password="key=\'token=`'],
  ['names and escaped quotes', 'password=\\"'],
  ['quotes nested ever deeper', 'key="\\"\\\\"\\\\\\"'],
  ['names in pairs', '"password": {"'],
  ['names and arrows', 'key=>key->key:='],
  ['names and types', 'token: string | '],
  ['names in a call', 'setPassword(token, '],
  ['names in prose', 'secret token key '],
  ['names and values, glued', 'secret-token_key-'],
  ['services', 'mailjet=stripe='],
  ['a CSV of secrets', 'user,password,token\nanna,hunter2hunter2,9f8e7d6c5b4a39281706f5e4d3c2b1a0\n'],
  ['.env', 'DB_PASSWORD=Tr0ub4dor-and-3\nAPI_KEY=9f8e7d6c5b4a39281706f5e4d3c2b1a0\n'],
  ['JSON of secrets', '{"password":"Tr0ub4dor-and-3","api_key":"9f8e7d6c5b4a39281706f5e4d3c2b1a0"},'],
  ['cookies', 'Cookie: a=b; '],
  ['one long cookie', 'a=b; session=c; '],
  ['curl', 'curl -u '],
  ['curl with users', 'curl -u a:b '],
  ['URLs', 'https://'],
  ['://:@', '://:@'],
  ['URLs with users', 'https://a:b'],
  ['URLs with at signs', 'https://a:b@'],
  ['backslashes', '\\'],
  ['escaped backslashes and u', '\\\\\\\\u'],
  ['unicode escapes', '\\u0025'],
  ['percent signs', '%25'],
  ['percent signs of percent signs', '%25%32%35'],
  ['one letter', 'a'],
  ['digits', '1'],
  ['blanks', ' '],
  ['line ends', '\n'],
  ['dots', '.'],
  ['base64', 'QUFB'],
  ['base64 of names', base64('password=')],
  ['base64 of base64 of text', base64(base64('some text with no secret in it '.repeat(6)))],
  ['base64 in lines', lines('some text ')],
  ['base64 in lines that is no text', lines('some text \u0000')],
  ['short base64', `${base64('some text with none in it')} `],
  ['hex', '0f'],
  ['hex of text', Buffer.from('password=some ').toString('hex')],
  ['short hex of text', `${Buffer.from('password=some text').toString('hex')} `],
  ['placeholders', 'hpm_secret_'],
  ['tags', '<password>'],
  ['XML', '<add key="Password" value="'],
  ['zeros', '\u0000'],
  ['other scripts', 'п'],
];

/** For each rule its anchors alone, and tokens that lack their end. */
export const RULE_FAMILIES: readonly Family[] = VENDOR_RULES.flatMap(({ id, shapes }) =>
  shapes.flatMap((shape, i): Family[] => {
    const token = tokenOf(shape);
    return [
      [`${id} ${i + 1}, beginnings`, token.slice(0, Math.max(4, Math.floor(token.length / 4)))],
      [`${id} ${i + 1}, near misses`, `${token.slice(0, -1)}#`],
      [`${id} ${i + 1}, near misses in a row`, token.slice(0, -1)],
    ];
  }),
);

function tokenOf(shape: string): string {
  return shape
    .replaceAll('<uuid>', '<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>')
    .replaceAll(/<(\w+):(\d+)[^>]*>/g, (_, name: string, count: string) =>
      run(name as ClassName, Number(count)),
    );
}

function run(name: ClassName, count: number): string {
  const members = [...CLASSES[name].entries()].filter(([, is]) => is === 1).map(([byte]) => byte);
  return String.fromCharCode(
    ...Array.from({ length: count }, (_, i) => members[(i * 7) % members.length] ?? 0),
  );
}
