import { visible } from '../core/visible.ts';

/** By what OpenSSH can check a seal. */
export type OpensshTrust =
  /** The key itself is in the file. */
  | { readonly by: 'key'; readonly file: string }
  /** The file names the authority that certified the key. */
  | {
      readonly by: 'authority';
      readonly file: string;
      readonly principal: string;
      /** Milliseconds since 1970: when the certificate has to have been valid. It has expired since. */
      readonly at: number;
    }
  /** Nothing says whose the key is. */
  | { readonly by: 'nothing' };

/** The command that repeats the check of a signature with OpenSSH alone, for a POSIX shell. */
export function opensshCheck(
  seal: { readonly checkpoint: string; readonly signature: string },
  trust: OpensshTrust,
): string {
  const input = `-n hallpass-session -s ${quoted(seal.signature)} < ${quoted(seal.checkpoint)}`;
  if (trust.by === 'nothing') return `ssh-keygen -Y check-novalidate ${input}`;
  const file = quoted(trust.file);
  if (trust.by === 'key') return `ssh-keygen -Y verify -f ${file} -I hallpass-device ${input}`;
  const { principal, at } = trust;
  return `ssh-keygen -Y verify -f ${file} -I ${quoted(principal)} -O verify-time=${stamp(at)} ${input}`;
}

// YYYYMMDDHHMMSSZ.
function stamp(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+/, '').replaceAll(/[-:T]/g, '');
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text)
    ? text
    : `'${visible(text, { oneLine: true }).replaceAll("'", `'\\''`)}'`;
}
