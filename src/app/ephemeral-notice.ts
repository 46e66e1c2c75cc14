/** What a session says whose keys end with it, and how the next one keeps them. */
export function ephemeralNotice(why: string): string {
  return `${why}: the keys of this session end with it. HALLPASS_PASSPHRASE, once set, keeps them`;
}
