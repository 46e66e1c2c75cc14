/** Every buffer, depth, timeout and retry has its named limit here. Sizes are bytes, times milliseconds. */
export const LIMITS = {
  /** One JSON-RPC message, as a line of stdio, an HTTP body or an SSE event. */
  messageBytes: 256 * 1024 * 1024,
  /** Nesting of a JSON message; deeper is refused before anything recursive sees it. */
  jsonDepth: 256,
  /** A key or a number in JSON. Only strings may be longer, for only they are looked at in pieces. */
  jsonTokenBytes: 1024 * 1024,
  /** The event loop is yielded to after each such piece of a large message. */
  yieldBytes: 1024 * 1024,
  /** After its stdin is closed a server has this long to leave by itself, then TERM … */
  childEofMs: 1_500,
  /** … and after TERM this long until KILL. */
  childTermMs: 1_000,
  /** An HTTP header block, request or response. */
  headerBytes: 32 * 1024,
  /** Reaching an HTTP server: DNS, TCP and TLS. Answers may take as long as they take. */
  httpConnectMs: 10_000,
  /** A server of the old HTTP+SSE transport says this long after its stream was asked for where to speak to it … */
  endpointMs: 30_000,
  /** … and in so many bytes. Where it may as well be of the new transport, it is listened to for this long. */
  endpointBytes: 8 * 1024,
  detectMs: 5_000,
  /** A stream of events that broke off is taken up again after this, unless the server has said after how long. */
  streamRetryMs: 1000,
  /** How many times in a row that may bring nothing new. */
  streamRetries: 5,
  /** Processes of one stdio server for HTTP clients without sessions: more than one when their requests have equal ids. */
  sharedServers: 8,
  /** Requests without a session that were cancelled and may yet be answered, for each server; then the oldest goes. */
  cancelledIds: 1024,
  /** Messages of a server kept for an HTTP client that has no stream open; then the oldest goes … */
  keptMessages: 256,
  /** … as it does when they are larger than this, all together. */
  keptBytes: 4 * 1024 * 1024,
  /** Requests of both peers that wait for an answer; then the oldest is forgotten, and its answer one that nobody asked for. */
  pendingRequests: 16_384,
  /** Requests of an HTTP session that its server never answered, though their client has gone; then the oldest is forgotten. */
  lostRequests: 1_024,
  /** Sessions of HTTP clients before servers on stdio, each with a process; then one that rests is ended, or none begins. */
  httpSessions: 64,
  /** Connections to the local port, and requests under way to a server by URL; more are refused. */
  openRequests: 4_096,
  /** Requests that are being read or wait for an answer, all together; one more is refused. */
  requestBytes: 512 * 1024 * 1024,
  /** Answers of a server by URL that are being read, all together; past it one fails, or waits for a slow client on stdio. */
  answerBytes: 512 * 1024 * 1024,
  /** What HTTP clients have yet to read, all together; past it the one that is behind most is cut off … */
  unreadBytes: 512 * 1024 * 1024,
  /** … as is one that is so far behind, has more to come and would hold up others of the same server. */
  laggingBytes: 16 * 1024 * 1024,
  /** Arguments that tools want repeated in headers, all together; then the oldest tool is forgotten. */
  paramHeaderBytes: 1024 * 1024,
  /** Masked URI templates that are tried for the URIs of one request. */
  templateTries: 100_000,
  /** A line of a server's stderr that goes on past this is shown in pieces. */
  stderrLineChars: 64 * 1024,
  /** A keychain that does not answer in time counts as absent. */
  keychainMs: 3_000,
  /** When a command has done its work: how long it goes on to seal what crashed sessions left. */
  recoverAtEndMs: 2_000,
  /** Recorded events reach the disk (fdatasync) at the latest after this. */
  syncMs: 50,
  /** Longest value that may still be open at the end of a streamed chunk; past it the candidate is masked. */
  holdBackBytes: 64 * 1024,
  /** Known values shorter than this match only as whole tokens in credential context. */
  shortKnownBytes: 8,
  /** Longer known values are searched for in pieces of this size. Escaped six times over one still fits the hold-back. */
  knownPieceBytes: 4 * 1024,
  /** A run of token bytes longer than this is judged in pieces; also the longest base64 or hex text looked into. */
  tokenBytes: 16 * 1024,
  /** A key block, quoted value or token that goes on past this is masked in pieces of this size. */
  candidateBytes: 16 * 1024,
  /** Values that placeholders stand for, kept in memory to be restored; past it the oldest can't be any more. */
  restorableBytes: 16 * 1024 * 1024,
  /** Names and URIs that were masked on their way from a server, kept to be understood when they come back; then the oldest goes. */
  handleBytes: 4 * 1024 * 1024,
  /** Output schemas of tools, all together; then the oldest goes. */
  outputSchemaBytes: 4 * 1024 * 1024,
  /** Tasks of which is known what tool they are of; then the oldest is forgotten … */
  taskTools: 4_096,
  /** … with ids no longer than this … */
  taskIdChars: 1_024,
  /** … and the answer that says that a call has become one. */
  taskAnswerBytes: 64 * 1024,
  /** A masked result that is larger isn't held against its schema and counts as unfit … */
  schemaCheckBytes: 1024 * 1024,
  /** … as does one for which that takes more steps, some 100 ms. */
  schemaSteps: 200_000,
  /** Overlapping findings become one edit up to this size. */
  editBytes: 32 * 1024,
  /** What is shown of a line on each side of a finding. */
  excerptBytes: 256,
  /** A file is scanned in pieces of this size. */
  scanChunkBytes: 1024 * 1024,
  /** A NUL in so many bytes at the beginning of a file makes it binary, as git has it. */
  binaryProbeBytes: 8_000,
  /** A gitignore file; one that is longer is left aside. */
  ignoreFileBytes: 1024 * 1024,
  /** What git prints when it is asked for a list of files or one line … */
  gitAnswerBytes: 256 * 1024 * 1024,
  /** … and what is kept of its complaints. */
  gitErrorChars: 2_048,
  /** A file of exceptions or a baseline. */
  allowFileBytes: 16 * 1024 * 1024,
  /** From the name of a person's own file to the file itself there are so many links, as the kernel has it (ELOOP). */
  ownFileLinks: 40,
  /** A column of a table is as wide as its widest cell, but for wider ones: those push the rest of their line aside. */
  tableCellChars: 64,
  /** Scanned in one thread; only what is more is worth starting others for. */
  scanAloneBytes: 16 * 1024 * 1024,
  /** Files that one thread is handed at a time … */
  scanBatchFiles: 32,
  /** … and batches under way for each thread, so that a slow first one does not let results pile up. */
  scanBatchesAhead: 4,
  /** A progress bar appears when a scan takes longer than this … */
  progressAfterMs: 500,
  /** … and is drawn at most this often. */
  progressEveryMs: 100,
  /** Of a transcript's line, to see when it was written. */
  transcriptLineBytes: 16 * 1024 * 1024,
  /** A longer row ends the table it is in: rows are held back until they are complete. */
  tableRowBytes: 8 * 1024,
  /** The part of a value that is judged. */
  judgedBytes: 128,
  /** How far back from the place it looks at a rule may read. */
  lookBehindBytes: 256,
  /** Wait for another process that is writing the vault. */
  lockMs: 10_000,
  /** One request to a hub or an issuer, answer included. */
  hubRequestMs: 15_000,
  /** Having a seal checked, for which the hub reads the whole session. */
  hubSealMs: 120_000,
  /** Uploading after `connect` has ended; what isn't there by then goes with a later command. */
  endUploadMs: 10_000,
  /** Getting a certificate when a session is sealed; without one it is attested later. */
  attestMs: 5_000,
  /** Pause between two uploads of a running session. */
  liveUploadMs: 1_000,
  /** A piece of an upload, unpacked: small enough to get through a slow line within one request. */
  uploadPieceBytes: 1024 * 1024,
  /** The receipt of an upload, and one entry of the spool. */
  receiptBytes: 64 * 1024,
  /** Sessions of the spool that a command takes along which was asked for something else. */
  spoolAtOnce: 20,
  /** The answer to it, where it is one JSON document. */
  hubAnswerBytes: 1024 * 1024,
  /** An address for approving a login, as an issuer writes it: no QR code holds more than 2953 characters. */
  verificationUriChars: 2_048,
  /** The code to compare there. */
  userCodeChars: 128,
  /** A poll of the device flow that meets a dead network waits longer and longer, up to this. */
  pollBackoffMs: 30_000,
  /** Clocks may differ by this, and a token that ends sooner is renewed. */
  clockSkewMs: 60_000,
  /** Wait for another process that is renewing the login; it may need a whole request. */
  refreshLockMs: 45_000,
  /** A credential that could not be renewed is tried again after this … */
  renewRetryMs: 5_000,
  /** … and one that the server refused is minted anew at most this often. */
  remintMs: 60_000,
  /** Refusals of one request (401, 403) that lead to another try with something else to show. */
  challenges: 3,
  /** How long a person may take to authorize hallpass at a server … */
  authorizationMs: 5 * 60_000,
  /** … the browser to fetch the page that says that it is done … */
  pageMs: 1_000,
  /** … and how many times in a session a server may want more than it has been given. */
  stepUps: 5,
  /** A token of a server that ends sooner than this is renewed first. */
  tokenMarginMs: 30_000,
  /** Ending a credential that is no longer needed. */
  revokeMs: 2_000,
  /** A file of `run --with` is renewed no more often than this, however soon what is in it ends … */
  injectedMinMs: 1_000,
  /** … and after so long the clock is looked at again, which a suspended machine leaves behind. */
  injectedCheckMs: 30_000,
  /** A role of a database can log in for so long, and for so long again while its command runs … */
  roleMs: 15 * 60_000,
  /** … making or ending one takes at most so long, the connection included … */
  databaseMs: 10_000,
  /** … who meets others there tries again so often, each time after a while of this and more … */
  databaseTries: 40,
  databaseRetryMs: 10,
  /** … its connections have so long to end, looked at so often … */
  backendEndMs: 5_000,
  backendLookMs: 20,
  /** … and the server so long to hear that we go. */
  databaseEndMs: 500,
  /** Descriptors with credentials in them that a command of `run` may have: shells know them by one digit … */
  injectedDescriptors: 6,
  /** … and what one holds: no more than fits a pipe, since nobody may read it. */
  injectedDescriptorBytes: 16 * 1024,
  /** `run` and `connect` wait so long in the end for what a killed hallpass left … */
  reapMs: 5_000,
  /** … and its journal, and what killed ones left all together. */
  journalBytes: 1024 * 1024,
  journals: 100,
  /** A command that mints a credential … */
  mintCommandMs: 30_000,
  /** … and what it may print. */
  mintCommandBytes: 64 * 1024,
  /** How often a CI system is asked for a job's token when it can not be reached … */
  ciTokenTries: 4,
  /** … and how long it is waited before the second time; then twice as long each time. */
  ciTokenRetryMs: 500,
  /** A configuration of an MCP client, or a hallpass.yaml; Claude Code keeps much else in its own. */
  clientConfigBytes: 64 * 1024 * 1024,
  /** One encrypted file of the credential store. */
  credentialBytes: 4 * 1024 * 1024,
  /** A value of `secret add`. */
  secretBytes: 64 * 1024,
  /** The hub: an unpacked chunk of an upload … */
  uploadChunkBytes: 4 * 1024 * 1024,
  /** … and as it is sent; what can't be compressed grows a little. */
  uploadBodyBytes: 4 * 1024 * 1024 + 64 * 1024,
  /** Log and payloads of one uploaded session. */
  uploadSessionBytes: 4 * 1024 * 1024 * 1024,
  /** Sessions that one person has begun to upload and not sealed. */
  unsealedUploads: 1_000,
  /** A form or JSON document sent to the hub. */
  hubBodyBytes: 64 * 1024,
  /** Sessions in one answer of the hub. */
  sessionsPage: 500,
  /** … and so many answers are followed, one after the other, in listing what a hub has. */
  hubListPages: 10_000,
  /** The hub's database waits so long for another reader's lock. */
  databaseBusyMs: 5_000,
  /** Who goes through a whole session looks after others at least this often: the hub, a screen. */
  verifySliceMs: 15,
  /** Requests under way have this long when the hub stops. */
  hubStopMs: 5_000,
  /** A token for a connection lives at least so long … */
  tokenMinMs: 5 * 60_000,
  /** … and at most so long. */
  tokenMaxMs: 15 * 60_000,
  /** A certificate for a sealing key. */
  certificateMs: 10 * 60_000,
  /** A proof that a key is at hand, made for one certificate, is good for this long before and after the hub's clock. */
  possessionMs: 60_000,
  /** A session that runs has its newest checkpoint accepted at most this often … */
  checkpointMs: 5_000,
  /** … and where nothing happens, this often, so that the hub knows it is still there. */
  quietCheckpointMs: 60_000,
  /** A session that isn't sealed and of which nothing was heard for so long is abandoned. */
  abandonedMs: 10 * 60_000,
  /** One line of a session log. */
  eventBytes: 16 * 1024 * 1024,
  /** Characters of a method, id or tool name as an event keeps them; the payload has them whole. */
  eventTextChars: 4_096,
  /** Findings that one event lists; further ones are only counted, so that a line stays below `eventBytes` … */
  eventFindings: 2_000,
  /** … of what an exception let pass, so many … */
  eventExcepted: 200,
  /** … and characters of where each is; what an attacker names may be written six bytes long. */
  findingPlaceChars: 1_024,
  /** Refusals for one reason that a session lists one by one; further ones are counted, so that a flood fills no disk … */
  refusalsListed: 100,
  /** … and reasons that are told apart for that. */
  refusalReasons: 64,
  /** The tree of a policy's condition has at most so many nodes … */
  policyNodes: 500,
  /** … loops so deep in each other … */
  policyLoops: 2,
  /** … and evaluating it takes at most so many steps, else the call is denied. */
  policySteps: 2_000_000,
  /** Tools of which a policy knows what their servers say of them. */
  knownTools: 10_000,
  /** A call that is held is answered after so long, decided or not: clients commonly wait a minute … */
  holdOpenMs: 50_000,
  /** … and hear this often that it still waits, where they asked to. */
  holdProgressMs: 10_000,
  /** What waits when a session ends is taken back, and its clients told, as far as that goes in this time. */
  holdEndMs: 1_500,
  /** Where the client may be asked to call again, each call waits so long … */
  holdRoundMs: 25_000,
  /** … and that many times: official SDKs give up after ten, and the server behind may want some of them. */
  holdRounds: 8,
  /** A larger call is not held but refused: nobody can look through more … */
  heldBytes: 256 * 1024,
  /** … as is one more than so many whose approval is open … */
  openApprovals: 1_000,
  /** … and one that makes those that wait larger than this, all together. */
  heldTotalBytes: 64 * 1024 * 1024,
  /** Rounds of approved calls that their clients have yet to go on with; then the oldest needs a new approval … */
  openRounds: 1_024,
  /** … as one does after this. */
  roundMs: 10 * 60_000,
  /** States of waiting calls that have come back, so that none does twice; then the oldest is forgotten. */
  usedStates: 4_096,
  /** Sessions whose clients can open an address for their user; then the oldest is held open without. */
  elicitingClients: 1_024,
  /** The definition of one tool; a longer one is hidden, for nobody could look through it. */
  definitionBytes: 1024 * 1024,
  /** Definitions of one connection that are pinned … */
  pinnedDefinitions: 10_000,
  /** … and the file that they are kept in; of what makes it larger only digests are kept … */
  pinBookBytes: 16 * 1024 * 1024,
  /** … as of a definition that is longer than this. */
  pinTextChars: 64 * 1024,
  /** Parts of a definition of which an event tells that they differ … */
  definitionChanges: 50,
  /** … and characters of each, before and after. */
  definitionChangeChars: 1_000,
  /** Clients that are told of lists that change; then the oldest is not. */
  listListeners: 1_024,
  /** Listings of tools that are under way, page by page, and requests for them; then the oldest is forgotten. */
  listings: 1_024,
  /** An approval's id; what is shorter is the beginning of one. */
  approvalIdCharacters: 24,
  /** Of those that begin alike so many are named. */
  approvalsNamed: 10,
  /** A policy file. */
  policyBytes: 1024 * 1024,
  /** Commands within quotes within quotes are looked into so deep. */
  quotesInQuotes: 3,
  /** Rules of one policy. */
  policyRules: 1_000,
  /** Rules of a policy's `restore:` … */
  restoreRules: 200,
  /** … what is put back in one call; one that would have more put back is refused … */
  restoresPerCall: 100,
  /** … and an argument that it is put back in; in a longer one nothing is. */
  restoreArgumentBytes: 256 * 1024,
  /** A message that `policy explain` looks at in a session's record, or a call on its stdin. */
  explainedBytes: 16 * 1024 * 1024,
  /** Of a line with an error in it, `policy check` shows so many characters. */
  checkedLineCharacters: 100,
  /** Rules of a policy's `masking:` … */
  maskingRules: 500,
  /** … what a pattern of theirs may match, in bytes, at most … */
  maskingMatchBytes: 4_096,
  /** … and unless it says otherwise … */
  maskingMatchUsualBytes: 256,
  /** … its steps, as RE2 compiles it … */
  maskingInstructions: 5_000,
  /** … and literals that it may be looked for by; with more it is looked for without. */
  maskingLiterals: 32,
  /** A hub's policy as its clients get it … */
  hubPolicyBytes: 512 * 1024,
  /** … how long they may go by it without asking again, unless the hub says otherwise … */
  hubPolicyAgeMs: 8 * 60 * 60_000,
  /** … at least … */
  hubPolicyAgeMinMs: 60_000,
  /** … and at most. */
  hubPolicyAgeMaxMs: 7 * 24 * 60 * 60_000,
  /** A hub answers so late at the latest that its policy has not changed … */
  policyWaitMs: 25_000,
  /** … and one that does not answer is asked again after so long. */
  policyRetryMs: 2_000,
  /** At the start of a session: the answer of a hub whose policy is known and still good. */
  policyStartMs: 4_000,
  /** How often a hub looks whether its policy's file has changed. */
  policyFileMs: 1_000,
  /** Samples of one rule. */
  maskingSamples: 100,
  /** A reason that somebody gives, in characters. */
  reasonCharacters: 1_000,
  /** A held call waits so long for a decision, unless its rule says otherwise … */
  approvalMs: 10 * 60_000,
  /** … and at most so long. */
  approvalMaxMs: 24 * 60 * 60_000,
  /** What was asked is kept so long after it ran out. */
  approvalKeptMs: 7 * 24 * 60 * 60_000,
  /** Telling another process that something was decided. */
  approvalRingMs: 1_000,
  /** A socket's whole path may have 104 bytes on macOS; so many are left for the directory of temporary files. */
  socketDirectoryCharacters: 64,
  /** What changes within so long is looked at once. */
  approvalsLookMs: 20,
  /** Those at a hub whose list is watched hear of changes at most so often. */
  approvalsPauseMs: 50,
  /** How often a countdown on the screen is drawn anew. */
  countdownMs: 1_000,
  /** Approvals that wait on one device: more than anybody will look at are not asked for. */
  approvalsPending: 1_000,
  /** What is over is kept for the newest so many, too: an agent may ask all day. */
  approvalsKept: 2_000,
  /** Of the arguments of a held call, who decides is shown so many characters. */
  presentedCharacters: 64 * 1024,
  /** People whose word one call may need. */
  approvers: 20,
  /** The hub: what is asked, as JSON; what doesn't fit nobody could read anyway, and it is refused … */
  approvalAskBytes: 1024 * 1024,
  /** … so many of one person wait at a time … */
  hubApprovalsPending: 1_000,
  /** … a request that waits for a decision is answered after so long at the latest … */
  approvalWaitMs: 25_000,
  /** … and a list has so many that are over. */
  approvalsShown: 100,
  /** A hub that can't be reached is asked again after a while … */
  approvalRetryFirstMs: 100,
  /** … that doubles up to this. */
  approvalRetryMs: 5_000,
  /** Who decides at the hub has proved who they are at most so long ago. */
  freshLoginMs: 5 * 60_000,
  /** A browser stays signed in at the hub for so long, to look … */
  browserSessionMs: 60 * 60_000,
  /** … a sign-in under way may take so long … */
  browserLoginMs: 10 * 60_000,
  /** … and of either there are so many; then the oldest is forgotten. */
  browserSessions: 10_000,
  /** Of a session, its page at the hub shows so many events … */
  shownEvents: 500,
  /** … of so many bytes of its log. */
  shownLogBytes: 4 * 1024 * 1024,
  /** One delivery of a webhook, answer included … */
  webhookMs: 15_000,
  /** … and how many are under way at once. */
  webhooksAtOnce: 8,
  /** `run`: when the command has ended, its output is read on for so long, for others may still hold it … */
  outputEndMs: 1_000,
  /** … when there is more of it than this another thread reads it, while this one masks … */
  readAloneBytes: 2 * 1024 * 1024,
  /** … in pieces of at most this size … */
  readAheadBytes: 256 * 1024,
  /** … of which so many are on their way … */
  readAheadPieces: 2,
  /** … and a pipe holds at most so much, where nobody has raised that: pipe(7), pipe-max-size … */
  pipeBytes: 1024 * 1024,
  /** … on a terminal, or at a line's end, what may begin a secret is held for so long after the last output … */
  outputIdleMs: 30,
  /** … what comes in pieces from this size on is written by another thread … */
  recordAsideBytes: 32 * 1024,
  /** … as events to which nothing is added any more once they have so much … */
  outputEventBytes: 256 * 1024,
  /** … of which so much may be under way before the command has to wait … */
  recordAheadBytes: 2 * 1024 * 1024,
  /** … and a list of its arguments or variables in the log has so many. */
  recordedWords: 1_000,
  /** Of the secrets that a command printed, the summary of a step names so many. */
  summaryLeaks: 20,
  /** A remark that somebody adds to a session, in characters … */
  noteCharacters: 4_000,
  /** … and what is added to one after its end, all together: so much is read to find the end. */
  amendmentBytes: 4 * 1024 * 1024,
  /** Characters of a method, tool or rule that the index of a session keeps: what a row has room for. */
  reviewLabelChars: 256,
  /** Calls of a session that wait for something, as its index remembers them; then the oldest is forgotten … */
  reviewOpenCalls: 16_384,
  /** … and how many of them may have the same id. */
  reviewSameId: 64,
  /** Payloads up to this are looked at for whether they continue an earlier call. */
  reviewPeekBytes: 64 * 1024,
  /** Who watches sessions is told of changes at most this often … */
  watchRestMs: 100,
  /** … and looks by itself this often, where the system does not tell. */
  watchPollMs: 1_000,
  /** Whether the process that records a session is still there is looked at this often. */
  reviewLiveMs: 2_000,
  /** Of each payload, `sessions show --payloads` prints so much. */
  shownPayloadBytes: 16 * 1024,
  /** Of each payload, a screen of `review` reads so much … */
  reviewPayloadBytes: 1024 * 1024,
  /** … and shows it in so many lines. */
  reviewPayloadLines: 100_000,
  /** Of one call it reads so many events, and so much of all their payloads together. */
  reviewCallEvents: 64,
  reviewCallBytes: 4 * 1024 * 1024,
  /** A string of JSON that is longer, or of more lines, is folded at first. */
  reviewStringChars: 2_000,
  reviewStringLines: 24,
  /** A session that is being read is looked at this often, to show how far it is. */
  reviewLookMs: 300,
  /** The list of sessions is read anew no sooner than this after the last time. */
  reviewListMs: 500,
  /** A replay is drawn anew so often … */
  replayFrameMs: 100,
  /** … skips what is longer than this without anything happening, where idle time is skipped … */
  replayIdleMs: 2_000,
  /** … in so long … */
  replayIdleShownMs: 500,
  /** … takes an escape sequence for one up to this … */
  replaySequenceChars: 4_096,
  /** … a line up to so many cells, past which it goes on in another … */
  replayLineCells: 4_096,
  /** … and a character with so much that stands above or below it … */
  replayCellChars: 16,
  /** … tells of an event in so many characters … */
  replayToldChars: 400,
  /** … keeps so many lines … */
  replayLines: 500,
  /** … and for what was on the screen at some time reads so far back, in bytes and events. */
  replayBackBytes: 128 * 1024,
  replayBackEvents: 1_024,
  /** Of each payload of a call it looks at so much for the line that it shows. */
  replayPayloadBytes: 16 * 1024,
  /** Of a payload, a cast has so many characters in a line. */
  castPayloadChars: 200,
  /** A cast names no screen that is larger than this. */
  castColumns: 1_000,
  castRows: 500,
  /** Statistics of findings read so many events before others have their turn. */
  statsAtOnce: 200,
  /** Statistics of a session that is being recorded are made anew at most so often. */
  statsPauseMs: 250,
} as const;
