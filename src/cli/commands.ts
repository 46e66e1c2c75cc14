import Allow from '../commands/allow.ts';
import AllowList from '../commands/allow/list.ts';
import AllowRm from '../commands/allow/rm.ts';
import ApprovalsApprove from '../commands/approvals/approve.ts';
import ApprovalsDeny from '../commands/approvals/deny.ts';
import Approvals from '../commands/approvals.ts';
import ApprovalsList from '../commands/approvals/list.ts';
import ApprovalsShow from '../commands/approvals/show.ts';
import Authorize from '../commands/authorize.ts';
import Connect from '../commands/connect.ts';
import HubInit from '../commands/hub/init.ts';
import HubStart from '../commands/hub/start.ts';
import Login from '../commands/login.ts';
import Logout from '../commands/logout.ts';
import Mint from '../commands/mint.ts';
import PolicyCheck from '../commands/policy/check.ts';
import PolicyExplain from '../commands/policy/explain.ts';
import PolicySchema from '../commands/policy/schema.ts';
import PolicyTest from '../commands/policy/test.ts';
import Review from '../commands/review.ts';
import Run from '../commands/run.ts';
import SecretAdd from '../commands/secret/add.ts';
import SecretList from '../commands/secret/list.ts';
import SecretRm from '../commands/secret/rm.ts';
import Scan from '../commands/scan.ts';
import SessionsDelete from '../commands/sessions/delete.ts';
import SessionsExport from '../commands/sessions/export.ts';
import SessionsList from '../commands/sessions/list.ts';
import SessionsNote from '../commands/sessions/note.ts';
import SessionsRedact from '../commands/sessions/redact.ts';
import SessionsShow from '../commands/sessions/show.ts';
import SessionsUpload from '../commands/sessions/upload.ts';
import Setup from '../commands/setup.ts';
import Trust from '../commands/trust.ts';
import Verify from '../commands/verify.ts';
import Whoami from '../commands/whoami.ts';

/**
 * The command table. Commands are thin and load what they need when they run, so importing all of them is cheap.
 */
export const COMMANDS = {
  allow: Allow,
  'allow:list': AllowList,
  'allow:rm': AllowRm,
  approvals: Approvals,
  'approvals:approve': ApprovalsApprove,
  'approvals:deny': ApprovalsDeny,
  'approvals:list': ApprovalsList,
  'approvals:show': ApprovalsShow,
  authorize: Authorize,
  connect: Connect,
  'hub:init': HubInit,
  'hub:start': HubStart,
  login: Login,
  logout: Logout,
  mint: Mint,
  'policy:check': PolicyCheck,
  'policy:explain': PolicyExplain,
  'policy:schema': PolicySchema,
  'policy:test': PolicyTest,
  'secret:add': SecretAdd,
  'secret:list': SecretList,
  'secret:rm': SecretRm,
  review: Review,
  run: Run,
  scan: Scan,
  'sessions:delete': SessionsDelete,
  'sessions:export': SessionsExport,
  'sessions:list': SessionsList,
  'sessions:note': SessionsNote,
  'sessions:redact': SessionsRedact,
  'sessions:show': SessionsShow,
  'sessions:upload': SessionsUpload,
  setup: Setup,
  trust: Trust,
  verify: Verify,
  whoami: Whoami,
};
