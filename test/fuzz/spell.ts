import type { Choose } from '../helpers/spell-json.ts';
import { pick } from './choose.ts';

type Spell = (text: string, choose: Choose) => string;

const inJson: Spell = (text) => JSON.stringify(text).slice(1, -1);
const unit: Spell = (text) => everyUnit(text, (code) => `\\u${code.toString(16).padStart(4, '0')}`);
const percent: Spell = (text) => everyByte(text, (byte) => `%${byte.toString(16).padStart(2, '0')}`);

/** One character at a time, each in a way of its own. */
const mixed: Spell = (text, choose) =>
  Array.from(text, (character) =>
    pick<Spell>(choose, [same, same, unit, percent, inJson, upper(unit), upper(percent), twice])(
      character,
      choose,
    ),
  ).join('');

const same: Spell = (text) => text;
const twice: Spell = (text, choose) => inJson(unit(text, choose), choose);

function upper(spell: Spell): Spell {
  return (text, choose) => spell(text, choose).replaceAll(/[a-f]/g, (digit) => digit.toUpperCase());
}

/** Bytes on either side decide where in a quantum the value begins. */
function aligned(encoding: 'base64' | 'base64url' | 'hex'): Spell {
  return (text, choose) => {
    const around = (count: number): Buffer => Buffer.from(Array.from({ length: count }, () => choose(256)));
    return Buffer.concat([around(choose(40)), Buffer.from(text), around(choose(60))]).toString(encoding);
  };
}

function wrapped(spell: Spell): Spell {
  return (text, choose) => {
    const lineEnd = pick(choose, ['\n', '\r\n', '\n  ']);
    return spell(text, choose).replaceAll(pick(choose, [/.{64}(?=.)/g, /.{76}(?=.)/g]), `$&${lineEnd}`);
  };
}

/** Every way in which the masking contract says that a known value is found. */
export const SPELLINGS: readonly [Spell, ...Spell[]] = [
  same,
  same,
  inJson,
  (text, choose) => inJson(inJson(text, choose), choose),
  (text) => inJsonWithSlashes(text),
  unit,
  percent,
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => encodeURIComponent(JSON.stringify(text).slice(1, -1)),
  mixed,
  aligned('base64'),
  aligned('base64url'),
  aligned('hex'),
  (text, choose) => aligned('hex')(text, choose).toUpperCase(),
  (text, choose) => encodeURIComponent(aligned('base64')(text, choose)),
  (text, choose) => inJsonWithSlashes(aligned('base64')(text, choose)),
  wrapped(aligned('base64')),
  wrapped(aligned('hex')),
];

/** The value in one of the spellings of the contract. */
export function spelled(value: string, choose: Choose): string {
  return pick(choose, SPELLINGS)(value, choose);
}

function inJsonWithSlashes(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/');
}

function everyUnit(text: string, spell: (code: number) => string): string {
  return Array.from({ length: text.length }, (_, i) => spell(text.charCodeAt(i))).join('');
}

function everyByte(text: string, spell: (byte: number) => string): string {
  return Array.from(Buffer.from(text), spell).join('');
}
