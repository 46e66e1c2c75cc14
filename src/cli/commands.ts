import Connect from '../commands/connect.ts';
import Trust from '../commands/trust.ts';

/**
 * The command table. Commands are thin and load what they need when they run, so importing all of them is cheap.
 */
export const COMMANDS = {
  connect: Connect,
  trust: Trust,
};
