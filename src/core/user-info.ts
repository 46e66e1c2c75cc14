/** Why an address with a user name or password in it is refused, wherever it stands. */
export const HAS_USER_INFO = 'the address holds a user name or password';

/** True for `https://user:password@host`. What is no URL at all is for others to refuse. */
export function holdsUserInfo(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username !== '' || password !== '';
}
