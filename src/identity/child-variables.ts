import { HallpassError } from '../core/errors.ts';
import type { Minted, Minter } from './minters/minter.ts';

export interface VariableSource {
  /** The variable that the server reads. */
  readonly name: string;
  readonly minter: Minter;
}

/**
 * Variables for the environment of a server that hallpass starts. A credential that names the origins where it may go is
 * refused: nobody knows where a command sends it. `onMinted` is called with each before the server has it.
 */
export async function childVariables(
  sources: readonly VariableSource[],
  connection: string,
  onMinted: (minted: Minted) => void,
): Promise<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { name, minter } of sources) {
    const minted = await minter.mint({ connection, scopes: [] });
    if ((minted.origins ?? []).length > 0) throw bound(name, minted.origins);
    onMinted(minted);
    variables[name] = minted.credential.reveal();
  }
  return variables;
}

function bound(name: string, origins: readonly string[] = []): HallpassError {
  return new HallpassError(
    'ERR_SECRET_ORIGIN',
    `the secret for ${name} is for ${origins.join(', ')} alone, and a command may send it anywhere`,
    { hint: 'For a command store it without --origin: hallpass secret add NAME' },
  );
}
