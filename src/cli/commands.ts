/**
 * The command table. Commands are thin and load what they need when they run, so importing all of them is cheap.
 */
export const COMMANDS = {};
