import type { Keys } from '../app/connect.ts';
import type { LiveUpload } from '../app/live-upload.ts';
import type { SpoolDeps, Tried } from '../app/upload-spooled.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Principal } from '../core/policy/call.ts';
import type { StartDetails } from '../core/session/event.ts';
import type { Signer } from '../core/session/signer.ts';
import { jobHint } from '../identity/ci/job-hint.ts';
import { type LoggedIn, requireLogin } from '../identity/id-token.ts';
import { principalOf } from '../identity/principal.ts';
import { DEFAULT_PROFILE, noSuchProfile, profileName } from '../identity/profile.ts';
import type { Environment } from '../platform/environment.ts';
import { fileExists } from '../platform/files.ts';
import { localSubject } from '../platform/identity.ts';
import type { Paths } from '../platform/paths.ts';
import type { SessionWriter } from '../platform/session-store.ts';
import { UploadSpool } from '../platform/upload-spool.ts';
import type { JobIdentity } from './compose-ci.ts';
import type { Identity } from './compose-identity.ts';
import { uploadLine } from './present-upload.ts';

/** When a session goes to the hub, as `connect` was told. */
export interface UploadChoice {
  /** Undefined: `end` for who is logged in, `manual` for everybody else. */
  readonly mode: 'live' | 'end' | 'manual' | undefined;
  /** That the hub has it is part of what was asked for. */
  readonly required: boolean;
}

interface Context {
  readonly environment: Environment;
  readonly paths: Paths;
  /** Whose login; undefined: that of HALLPASS_PROFILE, or the default. */
  readonly profile: string | undefined;
  /** The CI job that this is: then it is that one's session. */
  readonly ci?: JobIdentity | undefined;
  readonly note: (line: string) => void;
}

type Recorder = LoggedIn & { readonly identity: Identity; readonly signer: Signer };

/** What one session has to do with a hub: whose it is, and how it gets there. Of all that nothing loads without a login. */
export class SessionUpload {
  readonly #choice: UploadChoice;
  readonly #context: Context;
  #login: Recorder | undefined;
  #session: SessionWriter | undefined;
  #live: LiveUpload | undefined;

  constructor(choice: UploadChoice, context: Context) {
    this.#choice = choice;
    this.#context = context;
  }

  /** Finds out who is logged in. Throws ERR_AUTH when that is nobody and an upload was asked for, ERR_NO_SUCH_PROFILE. */
  async open(keys: Keys): Promise<void> {
    const { mode, required } = this.#choice;
    if (required && mode === 'manual')
      throw new HallpassError('ERR_USAGE', '--require-upload and --upload=manual contradict each other');
    this.#login = await this.#findLogin(keys);
    if (this.#login !== undefined) return;
    if (required || mode === 'end' || mode === 'live') throw this.#nobody();
  }

  #nobody(): HallpassError {
    const { ci, variables } = this.#context.environment;
    return new HallpassError(
      'ERR_AUTH',
      'nobody is logged in, so this session could be uploaded nowhere',
      ci ? { hint: jobHint(variables) } : {},
    );
  }

  /** Who the log will name. */
  get subject(): Pick<StartDetails, 'subject' | 'issuer'> {
    if (this.#login === undefined) return { subject: localSubject() };
    return { subject: this.#login.login.subject, issuer: this.#login.hub.issuer };
  }

  /** Who is logged in, and with what; undefined: nobody, or it isn't known yet. */
  get recorder(): Recorder | undefined {
    return this.#login;
  }

  /** The same for policies: with the groups and claims of the login. */
  get principal(): Principal {
    if (this.#login !== undefined) return principalOf(this.#login);
    return { subject: localSubject(), issuer: undefined, groups: [], claims: {} };
  }

  /** The session has begun. From now on it is waiting to be uploaded, whatever becomes of this process. */
  async began(session: SessionWriter): Promise<void> {
    this.#session = session;
    if (this.#login === undefined || this.#mode === 'manual') return;
    const { identity, hub } = this.#login;
    const spool = new UploadSpool(this.#context.paths.uploadsDir);
    spool.put({ session: session.id, profile: identity.state.profile, hub: hub.hub });
    if (this.#mode === 'live') await this.#uploadLive(session);
  }

  /**
   * The session has ended: has it attested and uploaded, and others that were waiting. Takes no longer than
   * `LIMITS.endUploadMs` unless the upload is required. Undefined: nothing was to be uploaded.
   */
  async finish(): Promise<Tried | undefined> {
    await this.#live?.stop();
    if (this.#login === undefined || this.#session === undefined) return undefined;
    const { required } = this.#choice;
    const limit = this.#mode === 'manual' ? LIMITS.attestMs : LIMITS.endUploadMs;
    const signal = required ? undefined : AbortSignal.timeout(limit);
    try {
      const deps = await this.#deps(signal);
      return await (this.#mode === 'manual'
        ? this.#attestOnly(this.#session.id, deps)
        : this.#upload(this.#session.id, deps));
    } catch (error) {
      // The login may have been ended meanwhile. What was recorded is none the worse for it.
      if (!(error instanceof HallpassError)) throw error;
      const nothing = { attested: null, accepted_at: null, index: null };
      const where = { session: this.#session.id, hub: this.#login.hub.hub };
      return { result: { ...where, state: 'pending', ...nothing, reason: error.message }, error };
    }
  }

  get #mode(): NonNullable<UploadChoice['mode']> {
    return this.#choice.mode ?? (this.#login === undefined ? 'manual' : 'end');
  }

  async #findLogin(keys: Keys): Promise<Recorder | undefined> {
    const { environment, paths, profile, note, ci } = this.#context;
    if (ci !== undefined) return this.#jobLogin(keys, ci);
    const name = profileName(profile ?? environment.profile);
    if (!keys.persistent || !fileExists(paths.credentialsDir)) {
      if (name === DEFAULT_PROFILE) return undefined;
      throw noSuchProfile(name, []);
    }
    const { identityOf } = await import('./compose-identity.ts');
    const identity = identityOf(keys, { environment, paths, profile });
    try {
      return { ...requireLogin(identity.state), identity, signer: keys.signer };
    } catch (error) {
      if (!(error instanceof HallpassError) || error.code === 'ERR_NO_SUCH_PROFILE') throw error;
      if (error.code !== 'ERR_AUTH') note(`${error.message}: this session is not attested`);
      return undefined;
    }
  }

  async #jobLogin(keys: Keys, ci: JobIdentity): Promise<Recorder> {
    const { identityOf } = await import('./compose-identity.ts');
    const identity = identityOf(keys, { ...this.#context, ci });
    return { ...requireLogin(identity.state), identity, signer: keys.signer };
  }

  async #uploadLive(session: SessionWriter): Promise<void> {
    const [{ LiveUpload: Live }, { liveConnection }] = await Promise.all([
      import('../app/live-upload.ts'),
      import('./compose-upload.ts'),
    ]);
    const { identity, signer } = this.#required();
    const { files, sending } = await this.#deps(undefined);
    this.#live = new Live(session.id, {
      files,
      sending,
      connectFor: (signal) => liveConnection(identity, signer, signal),
      recorded: session,
      note: this.#context.note,
    });
  }

  async #upload(session: string, deps: SpoolDeps): Promise<Tried> {
    const { uploadNoted, uploadSpooled } = await import('../app/upload-spooled.ts');
    const own = await uploadNoted(session, deps);
    if (own.error === undefined) {
      for (const tried of await uploadSpooled(deps, LIMITS.spoolAtOnce))
        this.#context.note(uploadLine(tried));
    }
    return own;
  }

  async #attestOnly(session: string, deps: SpoolDeps): Promise<undefined> {
    const held = await deps.lock(session);
    try {
      await deps.attest(session);
    } catch (error) {
      if (!(error instanceof HallpassError)) throw error;
      this.#context.note(`session ${session} is unattested until it is uploaded: ${error.message}`);
    } finally {
      held.release();
    }
  }

  async #deps(signal: AbortSignal | undefined): Promise<SpoolDeps> {
    const { openHub, uploadDeps } = await import('./compose-upload.ts');
    const { identity, signer } = this.#required();
    const { note } = this.#context;
    const lockMs = this.#choice.required ? LIMITS.lockMs : LIMITS.attestMs;
    return uploadDeps(openHub(identity, signal), { identity, signer, note, lockMs });
  }

  #required(): Recorder {
    if (this.#login === undefined) throw new Error('nobody is logged in');
    return this.#login;
  }
}
