/** Letters of other scripts that are drawn like Latin ones (a part of Unicode's confusables.txt, UTS 39). */
const LIKE_LATIN = new Map(
  Object.entries({
    a: 'аαɑ',
    b: 'Ьвβ',
    c: 'сϲ',
    d: 'ԁ',
    e: 'еєε',
    g: 'ɡ',
    h: 'һн',
    i: 'іıι',
    j: 'ј',
    k: 'кκ',
    l: 'ӏ',
    m: 'м',
    n: 'пη',
    o: 'оοσօ',
    p: 'рρ',
    q: 'ԛ',
    s: 'ѕ',
    t: 'тτ',
    u: 'υս',
    v: 'ν',
    w: 'ԝω',
    x: 'хχ',
    y: 'уγү',
    z: 'ᴢ',
  }).flatMap(([latin, others]) =>
    Array.from(others, (other): [string, string] => [other.toLowerCase(), latin]),
  ),
);

// Most texts are of nothing else.
const PLAIN = /^[ -~\s]*$/;

/** A text as it looks, roughly: case, width, accents, invisible characters and letters drawn like Latin ones aside. */
export function skeletonOf(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase();
  return Array.from(plain, (letter) => LIKE_LATIN.get(letter) ?? letter).join('');
}
