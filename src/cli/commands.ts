import Connect from '../commands/connect.ts';
import SessionsDelete from '../commands/sessions/delete.ts';
import SessionsExport from '../commands/sessions/export.ts';
import SessionsList from '../commands/sessions/list.ts';
import SessionsShow from '../commands/sessions/show.ts';
import Trust from '../commands/trust.ts';
import Verify from '../commands/verify.ts';

/**
 * The command table. Commands are thin and load what they need when they run, so importing all of them is cheap.
 */
export const COMMANDS = {
  connect: Connect,
  'sessions:delete': SessionsDelete,
  'sessions:export': SessionsExport,
  'sessions:list': SessionsList,
  'sessions:show': SessionsShow,
  trust: Trust,
  verify: Verify,
};
