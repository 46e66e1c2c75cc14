/**
 * What hallpass promises, as data. A test says which of it it covers with `cites(id)` (test/helpers/cites.ts); a promise
 * that no passing test cites, and a citation of what isn't promised, fail the run.
 */
export const REQUIREMENTS = {
  'connect.stdio.result-masked': 'what a server returns reaches the client with placeholders for its secrets',
  'connect.stdio.call-masked': 'a secret in a tool call reaches the server as a placeholder',
  'connect.stdio.untouched': 'a message without a secret goes through byte for byte, both ways',
  'connect.stdio.legacy-era': 'the protocol up to 2025-11-25 is relayed, requests of the server included',
  'connect.stdio.modern-era': 'the protocol of 2026-07-28 is relayed',
  'connect.stdio.stdout-is-protocol': 'stdout carries JSON-RPC and nothing else',
  'connect.stdio.stderr-masked': 'a flood on the stderr of a server is drained, and masked',
  'connect.stdio.shutdown':
    'the whole process group of a server leaves when the client does: EOF, then TERM, then KILL',
  'connect.killed':
    'a server that ignores the end of its input does not outlive kill -9 of hallpass, nor do its children',
  'connect.http.relay': 'an MCP client reaches a server by URL through 127.0.0.1, masked both ways',
  'connect.http.ready': '`--json` tells that it is ready, with url and token',
  'connect.http.bearer': 'without the local token nothing is answered',
  'connect.http.host-origin': 'a foreign Host or Origin is refused',
  'connect.http.streams':
    'an event of a streamed response arrives when it is sent, not when the response ends',
  'connect.sse.upstream':
    'a server of the old HTTP+SSE transport (--transport sse, type: sse) is relayed, its own requests included',
  'connect.sse.client': 'a client of the old HTTP+SSE transport is served at /sse, behind the same door',
  'connect.handles': 'a URI or name of a server that was masked comes back to it as it was, and nowhere else',
  'connect.unfit':
    'a result that masking has made unfit for the schema of its tool says that the call succeeded',
  'connect.uncached': 'a result that masking has changed is private and stale at once',
  'oauth.connect': 'a client without OAuth uses a server that wants it; a person authorizes it in a browser',
  'oauth.beforehand': '`authorize` does so beforehand, for clients that start connect themselves',
  'oauth.renewed': 'what was granted is renewed without anybody, under a lock',
  'oauth.removed': '`authorize --remove` ends it there and forgets it here',
  'oauth.client': 'a client registered by hand, or described by a document, is used before one is registered',
  'connect.named': '`connect NAME` takes the connection from hallpass.yaml',
  'connect.known-values': 'secret values of the environment are masked whatever their shape',
  'connect.summary': 'a session ends with one line on stderr: masked, exposed, sealed',

  'run.exit-code':
    '`run` exits as its command does: its code, 128 + n for a signal, 126 and 127 where there is nothing to run',
  'run.failed': 'what goes wrong with hallpass itself exits 125, with the real code in `--json`',
  'run.masked':
    'what a command prints is masked, in order, on both pipes, whatever stands in the middle of it',
  'run.untouched':
    'words, stdin, working directory and variables reach the command as they are; what holds no secret leaves it so',
  'run.signals': 'signals reach the command and what it has started',
  'run.killed': 'a command does not outlive kill -9 of hallpass',
  'run.left-running': 'what a command leaves running neither holds hallpass up nor is ended by it',
  'run.record':
    'arguments (masked), names of variables, output with its times and exit are recorded and sealed',
  'run.known-masks': 'what a command asks its CI system to mask is masked; GitHub and Azure are told of it',
  'run.fail-on-leak': '`--fail-on-leak` fails a step that printed a secret, and names the line',
  'run.step-summary': 'GITHUB_STEP_SUMMARY gets what was masked and where the session is, and no secret',
  'run.required-upload': '`--require-upload` fails a step whose log could not be stored',
  'run.nested': '`run` within `run` is fine',
  'run.shell': '`--shell` has a shell run a command line; nothing else does',
  'run.policy': 'a policy may refuse a command, or have it wait for a person',
  'run.no-canary': '200 planted secrets come out nowhere: terminal, log, summary or command lines',
  'run.terminal': 'on a terminal the command has one, of its size, with colours; masks keep the width',
  'run.job-control': 'Ctrl-C and Ctrl-Z on a terminal do what they do without hallpass',
  'run.gone-reader': 'a reader that goes away ends the command as it does without hallpass',
  'run.with':
    '`--with` hands a command a credential of the hub, the keychain or a command: in a variable, or in a file of its own',
  'run.with-end': 'what `--with` handed over is revoked and gone when the command has ended, also by SIGTERM',
  'run.with-netrc': 'a file of `--with` may be one for netrc, of its machine alone',
  'run.with-descriptor': 'a descriptor of the command, on pipes and on a terminal, may hold it, once',
  'run.with-database':
    '`--with` makes a PostgreSQL role that may do what is granted and nothing else, and that is gone afterwards',
  'run.with-killed': 'what a hallpass has left that was killed is ended by the next that starts',
  'run.with-renewed': 'a file of `--with` is renewed before what is in it ends, and the new value is masked',
  'run.with-refused':
    "what is the proxy's alone, is for an origin, or is of an untrusted project is not handed over",

  'scan.finds': '`scan PATH` names rule and place of each secret and never its value',
  'scan.stdin': '`scan -` reads stdin',
  'scan.json': '`scan --json` gives one object a line, with byte offsets',
  'scan.ignore': '`scan` leaves out what git ignores, but not what git tracks or somebody named',
  'scan.binary': 'binary files are skipped and counted',
  'scan.staged': '`scan --staged` tells what the next commit adds, out of the index',
  'scan.since': '`scan --since REV` tells what each commit added, also what a later one took away',
  'scan.hostile-repository': 'no configuration of a repository makes git run anything, or hides anything',
  'scan.threads': 'a large tree is scanned by several threads, told in the same order',
  'scan.progress': 'a progress bar stands on a terminal, on stderr, and nowhere else',
  'scan.sarif': '`scan --sarif` prints one SARIF 2.1.0 log',
  'scan.exit-zero': '`--exit-zero` exits 0 whatever was found',
  'scan.baseline': 'what a baseline holds is not told again, wherever it moves in its file',
  'scan.exceptions': 'an exception by rule, path or fingerprint, or a comment, lets a finding stand',
  'scan.explain': '`--explain` says which rule, why, and what would allow it or has',
  'scan.profile': '`--profile mask` tells more than the usual `alert`',
  'scan.agents':
    '`scan --agents` tells what agents keep, what a model has seen, when, and where to rotate it',
  'allow.writes': '`allow` writes an exception after showing it, and asks; comments in the file stay',
  'scan.exit-code': 'secrets found exit 9, none found exits 0',

  'sessions.list': '`sessions list` shows what was recorded',
  'sessions.show': '`sessions show` replays one, hostile terminal sequences made visible',
  'sessions.export': '`sessions export` writes one out',
  'sessions.delete': '`sessions delete` removes one and nothing else',
  'sessions.redact': '`sessions redact` removes payloads before upload, for good, and the log says so',
  'sessions.redact-crash': 'a kill -9 leaves a session as it was or redacted, and no bytes come back',
  'sessions.note': '`sessions note` adds a remark to a sealed session, secrets in it masked',
  'sessions.crash': 'what was recorded before a kill -9 is still there, and a torn tail is cut and said',

  'verify.pass': '`verify` passes an untouched session and says it is unattested',
  'verify.tampered': 'one flipped byte in log, sidecar or seal is refused with exit 6',
  'verify.stock-tools': 'the `ssh-keygen` command that it prints repeats the check',

  'connect.credential':
    'a server gets the credential that its connection names, and the client never sees it',
  'connect.credential-renewed': 'a credential is renewed before it ends, and once when the server refuses it',
  'connect.credential-origin': 'a credential goes to its own origins and nowhere else',
  'connect.credential-untrusted': 'a credential that a project asks for waits for trust',
  'connect.credential-variables': 'a command gets stored secrets as variables, masked in what it says',
  'connect.stored-known': 'what `secret add` stored is masked wherever it turns up',

  'connect.login-offered':
    'on a terminal `connect` offers the login that a connection wants and goes on; in CI and with `--json` it asks nobody',
  'connect.picker':
    '`connect` alone has a person choose a connection, and is refused with their names elsewhere',
  'prompt.interrupted': 'Ctrl-C at a question exits 130 without a word, and leaves the terminal as it was',
  'profile.apart': 'what one profile does, no login or token of another one does',
  'profile.unknown': 'a profile that nobody logged in to is refused, with the one that was perhaps meant',

  'login.device': '`login HUB` logs in by device flow, and `whoami` says who it was',
  'login.qr': 'a terminal with room for it shows a QR code that a phone can read',
  'login.browser':
    'a browser opens on a desktop, and never over SSH, in CI, without a terminal or with --no-browser',
  'login.hostile-issuer': 'an issuer can lead a person to web addresses alone, and not drive the terminal',
  'login.no-keychain': 'without keychain and passphrase nothing is kept, and `login` says so',
  'login.ci': 'in CI no login asks for a person',
  'ci.run': 'a CI job runs commands by its own identity: its token, its session, attested',
  'ci.whoami': 'in CI `whoami` says which job it is, with the claims that a hub can go by',
  'ci.mint': 'in CI `mint` prints a token by the identity of the job, and keeps none',
  'ci.refused': 'a CI job that is refused is told each claim that does not fit',
  'ci.connect': 'in CI `connect` attaches a token of the job',
  'ci.held': 'a step that a policy holds by claims of its job waits for a person, and says where',
  'ci.policy': 'the hub’s policy is in force in a CI job, and goes by the claims of its token',
  'ci.recipes':
    'each recipe of docs/ci runs, and does without a stored deploy token, database password and registry token',
  'ci.no-prompt': 'in CI nothing asks for a person, also on a terminal',
  'login.pins': 'a hub with other keys than at the login before is refused',
  'mint.token': '`mint CONNECTION` prints a token, from the cache while it is good',
  'mint.refused': 'what no grant gives exits 4, a login that the hub does not accept exits 3',
  'mint.hub-down': 'a hub that is down loses nothing',
  'mint.refresh-once': 'processes that mint at the same time renew the login once',
  'mint.nothing-in-clear': 'no token is on the disk in clear',
  'network.proxy': 'HTTPS_PROXY, HTTP_PROXY and NO_PROXY say how hubs and servers are reached',
  'network.loopback': 'what is on this machine is reached without a proxy',
  'network.private-ca':
    'a hub is believed by the authorities of the system and NODE_EXTRA_CA_CERTS, and no other',
  'secret.add': '`secret add`, `list` and `rm` keep a value and never show it',
  'secret.argument': 'a value on the command line is refused and not repeated',

  'approvals.bots': '`approvals list|show|approve|deny` decide by id, with `--json` a line each',
  'approvals.hub': 'calls of who is logged in are decided at the hub, in a browser, by somebody else',
  'approvals.killed': 'an approval outlives the proxy that asked for it, and is good for the same call once',
  'approvals.walk':
    'docs/approvals.md leads from nothing to an approved DROP TABLE on a real PostgreSQL server, alone and with a hub',
  'approvals.live': '`approvals` on a terminal is a live list: one key approves or denies, with a reason',

  'setup.wraps':
    '`setup` puts hallpass before each server of a client, and the client starts it as it is written there',
  'setup.secrets': 'secrets in variables and headers move to the keychain, and still reach their server',
  'setup.undo': '`setup --undo` restores the file byte for byte, and overwrites no change of somebody else’s',
  'setup.asks': '`setup` shows a diff without secrets, and writes nothing that nobody agreed to',
  'setup.broken': 'a broken configuration is named by file, line and column, and left as it is',
  'setup.no-keychain': 'without a keychain `setup` moves no secret',
  'setup.project': 'the configuration of a project is touched only when asked for',

  'upload.end': 'a session of who is logged in is attested and at the hub when it has ended',
  'upload.manual': '`--upload=manual` leaves a session here until it is asked for',
  'upload.live': '`--upload=live` sends a session while it runs',
  'upload.checkpoint':
    'what the hub accepted of a session that runs outlives kill -9, and is verified from the hub',
  'upload.rewritten': 'who rewrites a log after the hub accepted a checkpoint of it is caught',
  'upload.required': '`--require-upload` exits 10 unless the hub has the session',
  'upload.spool': 'a hub that is down loses nothing: the next command that finds it takes the session along',
  'upload.limit': 'a hub that does not answer holds `connect` up no longer than a limit',
  'upload.crash':
    'kill -9 of command line or hub in the middle of an upload ends with exactly one session at the hub',
  'upload.once': 'however many upload a session at once, it is at the hub once',
  'upload.nothing-in-clear': 'what was masked is in clear nowhere at the hub',
  'sessions.hub': '`sessions list --hub` shows one’s own sessions, and everybody’s to auditors',
  'verify.attested': '`verify` proves by certificate and receipt who recorded and when',
  'verify.hub': '`verify --hub` proves a session by nothing but the keys pinned at login',
  'verify.receipt': 'a receipt that was changed, or is of another session, is refused with exit 6',

  'hub.dev':
    '`hub start --dev` runs a hub with an identity provider of its own, and says it is not for production',
  'hub.loopback': 'a hub listens on this machine only',
  'hub.init':
    '`hub init` writes a hub.yaml, overwrites none, and without an admin group no hub starts from it',
  'hub.config': '`hub start --config` believes the issuer named there; its keys are encrypted at rest',

  'policy.check': '`policy check` says all that is wrong, with file, line, column and what was meant; exit 7',
  'policy.test': '`policy test` runs the table beside a policy, a line for each row; exit 7 if one fails',
  'policy.explain':
    '`policy explain` says which layers are in force, and which rule decides a call, also a recorded one',
  'policy.schema': '`policy schema` prints the JSON Schema of policies',
  'policy.approve': 'under `approve` a call that destroys waits, and others go on',
  'policy.locked': 'what holds secrets is masked under `guard`, and refused under `locked`',
  'policy.login': 'groups and claims of who is logged in are what policies see',
  'policy.scopes':
    'a token that CI presents and that may too much is masked, held and reported with its scopes',
  'policy.project': 'a project’s policy tightens what is in force, and weakens nothing',
  'policy.recorded': 'the record of a session names the policy in force, with its digest',
  'central.pushed':
    'a change of the hub’s policy reaches a running proxy, masks the next message and is on record',
  'central.asked': 'SIGHUP has a hub read its policy again, and does not end it',
  'central.run': 'a change of the hub’s policy masks what a command of `run` writes next, and is on record',
  'central.tightened-only': 'nothing of a project or a person weakens the hub’s policy',
  'central.no-other-hub':
    'variables do not bring the policy of another hub to a machine where somebody is logged in',
  'central.remarks': 'the hub’s masking counts for what a person writes into a session, too',
  'central.bad': 'a policy file that is wrong changes nothing at the hub, which says what is wrong',
  'central.tampered': 'a policy that the pinned key of the hub has not signed is not taken',
  'central.offline': 'while the hub can not be reached its policy goes on until it runs out',
  'exceptions.pass':
    'what was masked passes once a person has allowed it by its placeholder; the record says so',
  'exceptions.known': 'what is known to be a secret passes by no exception',
  'exceptions.project': 'nothing in a project lets a masked value pass',
  'exceptions.removed': 'what has been allowed is listed, and masked again once it is taken back',
  'exceptions.hub': 'where a hub has a policy exceptions count only while it says so',
  'policy.restore': 'a secret reaches a server where a policy’s `restore` names it, and nobody else',
  'policy.bad': 'a policy that is broken, or does not exist, stops `connect` before a server starts',

  'review.flow':
    'in `review` a person finds what must not leave, sees why the rest was masked, removes it, uploads and verifies',
  'review.hub':
    'an auditor looks through what a hub has: sessions, calls, a replay, the proof; the rest is done where it was recorded',
  'review.hostile': 'whatever a session wrote does nothing to the terminal that shows it',
  'review.follow': 'a session is seen while it goes on, and what waits is approved from there',
  'review.asks-first':
    'where a vault is under a passphrase, review asks for it before its screen is up, and opens without it, too',
  'review.no-terminal': 'without a terminal it says so, and what to do instead',

  'tools.changed':
    'a tool that is other than it was is flagged, with what differs, on stderr and in the record',
  'tools.hidden': 'under `approve` it is hidden, and its calls are refused',
  'tools.accept': '`trust --tools` shows what has changed and asks; without a terminal nothing is accepted',
  'tools.told': 'a client is told when its list of tools has become another by policy or acceptance',
  'tools.hidden-text': 'a definition in which something is hidden from people is hidden by every policy',

  'agent.hub': 'an agent with our command line, our files and a terminal approves no call at a hub',
  'agent.policy': 'it weakens no central policy and no project’s; what it can weaken is named in the record',
  'agent.solo': 'where it can approve its own call the record says `unattended_possible`',
  'agent.trust':
    'without a terminal it trusts no project and accepts no tool; that with one it could is on record',
  'agent.secret': 'it gets no stored secret from a command, a file or a placeholder',

  'cli.help': '`--help` shows the commands in three groups, and every command has an example',
  'cli.json-errors': 'with `--json` an error is one object on stderr with code, message and hint',
  'cli.exit-codes': 'a wrong flag or an unknown command exits 2 with a hint',

  'bad.old-node': 'a too old Node is told which one is needed',
  'bad.server-not-found': 'a server command that does not exist',
  'bad.server-dies': 'a server that dies at once: its last words are shown, masked',
  'bad.server-non-json': 'a server that prints something else than JSON',
  'bad.client-non-json': 'a client that sends something else than JSON',
  'bad.port-taken': 'a port that somebody else has',
  'bad.no-such-connection': 'an unknown connection; a near one is suggested',
  'bad.corrupt-config': 'a broken hallpass.yaml, with file, line and column',
  'bad.untrusted-project': 'a project file that nobody has trusted',
  'bad.state-unwritable': 'a state directory that cannot be written: nothing runs unrecorded',
  'bad.state-full': 'a full disk in mid-session: the call is not delivered',
  'bad.session-cut': 'a session file cut in the middle',
} as const satisfies Record<string, string>;

export type RequirementId = keyof typeof REQUIREMENTS;
