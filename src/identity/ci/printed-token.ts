import { HallpassError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';

/** What a program of a CI system printed, if that is a token alone. Throws ERR_AUTH. */
export function printedToken(output: Secret, program: string): Secret {
  const text = output.reveal().trim();
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return new Secret(text);
  throw new HallpassError('ERR_AUTH', `"${program}" prints something that is no token`);
}
