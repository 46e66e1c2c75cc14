/** Modes that change nothing about text: cursor keys, wrapping, the cursor's looks, other screens, pasting, joined updates. */
const QUIET = new Set(['1', '7', '12', '25', '47', '1047', '1048', '1049', '2004', '2026']);

/** The modes that a sequence sets (`h`) or resets (`l`), if it does no more than that and all of them are harmless. */
export function quietModes(parameters: string, final: string): readonly string[] | undefined {
  if ((final !== 'h' && final !== 'l') || !parameters.startsWith('?')) return undefined;
  const modes = parameters.slice(1).split(';');
  return modes.every((mode) => QUIET.has(mode)) ? modes : undefined;
}
