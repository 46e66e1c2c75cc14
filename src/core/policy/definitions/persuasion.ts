import { skeletonOf } from './look-alike.ts';

/**
 * What in a text of a server talks a model into something behind a person's back, in plain words or in base64; undefined:
 * nothing that is known. A guess: it flags, and only `locked` hides for it. Linear: every repetition is bounded.
 */
export function persuasionIn(text: string): string | undefined {
  return phraseIn(text) ?? encodedIn(text);
}

const PHRASES: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:ignore|disregard|forget|override|bypass) (?:\w{1,12} ){0,4}(?:previous|prior|above|earlier|preceding|other|existing|original|system|your) (?:\w{1,12} ){0,2}(?:instruction|prompt|message|rule|direction|guideline|command|context)/,
    'it says to ignore other instructions',
  ],
  [
    /\b(?:do not|don'?t|never|must not|should not|without) (?:\w{1,12} ){0,2}(?:tell|telling|inform|informing|mention|mentioning|notify|notifying|reveal|revealing|disclos\w{1,3}|alert|alerting)\b[^.!?]{0,60}\b(?:user|human|person|anyone|anybody)\b/,
    'it says to keep something from the user',
  ],
  [
    /\b(?:hide|conceal|keep) (?:\w{1,12} ){0,5}(?:from|secret from) (?:\w{1,12} ){0,2}(?:user|human)\b/,
    'it says to keep something from the user',
  ],
  [
    /<\/?(?:important|system|secret|hidden|instructions?|admin|critical|urgent|assistant)(?:[ _-](?:prompt|message|instructions?|notes?|notice|rules?))?>/,
    'it has a tag as for a model',
  ],
  [/(?:\[inst\]|<\|im_start\|>|<\|system\|>|<<sys>>)/, 'it has a mark of a model’s own format'],
  [
    /(?:~|home|\$home|users)[/\\][^\s]{0,40}\.(?:ssh|aws|gnupg|kube|netrc)\b|\bid_(?:rsa|ed25519|ecdsa)\b|\.cursor[/\\]mcp\.json/,
    'it names files that hold secrets',
  ],
  [/<!--/, 'it has a comment, which is not shown where it is rendered'],
];

function phraseIn(text: string): string | undefined {
  if (/\s{200}/.test(text)) return 'it goes on after a long blank';
  // Phrases are of Latin letters: what is drawn like them reads like them.
  const plain = skeletonOf(text);
  return spokenIn(plain.replaceAll('’', "'").replaceAll(/[\s_*`"]+/g, ' ')) ?? spokenIn(plain);
}

// As it is written, or with nothing but blanks between words.
function spokenIn(text: string): string | undefined {
  return PHRASES.find(([phrase]) => phrase.test(text))?.[1];
}

const SHORTEST_BLOB = 24;
const BLOB = new RegExp(`[A-Za-z0-9+/_-]{${SHORTEST_BLOB},}`, 'g');

// Wherever in a run of such letters it begins, broken into lines or not.
function encodedIn(text: string): string | undefined {
  const lines = text.includes('\n') ? (text.replaceAll(/[\r\n]+[ \t]{0,16}/g, '').match(BLOB) ?? []) : [];
  const runs = new Set([...(text.match(BLOB) ?? []), ...lines]);
  for (const run of runs) {
    for (let offset = 0; offset < 4; offset += 1) {
      const decoded = Buffer.from(run.slice(offset), 'base64').toString('latin1');
      const found = spokenIn(decoded.replaceAll('\0', '').toLowerCase());
      if (found !== undefined) return `in base64 ${found}`;
    }
  }
  return undefined;
}
