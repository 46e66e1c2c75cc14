import type { ExportFormat, ReviewActs } from '../../core/review/source.ts';
import { addNote, type AmendDeps, findAmendable, redactPayloads } from '../amend.ts';
import { deleteSession, type SessionsDeps } from '../sessions.ts';
import { type SpoolDeps, type UploadResult, uploadNoted } from '../upload-spooled.ts';
import { type AllowPlanDeps, planAllowingFinding } from './allow-plan.ts';
import { inTheWay, type WrittenOut, writtenText } from './written-out.ts';

export interface LocalActsDeps extends SessionsDeps {
  readonly amend: AmendDeps;
  /** What uploading takes. Throws ERR_AUTH when nobody is logged in. */
  readonly uploads: () => Promise<SpoolDeps>;
  /** Writes a session out, into the working directory. */
  readonly write: (session: string, format: ExportFormat) => Promise<WrittenOut>;
  readonly allow: AllowPlanDeps;
}

/** What can be done with the sessions of this machine. Whoever asks for it has asked the person before. */
export function localActs(deps: LocalActsDeps): Required<ReviewActs> {
  return {
    amendable: async (query) => void (await findAmendable(query, deps.amend)),
    redact: (query, targets, reason) => redact({ query, targets, reason }, deps),
    note: async (query, text, target) => {
      const { session } = await addNote({ query, text, target }, deps.amend);
      return `noted in session ${session}`;
    },
    upload: (session) => upload(session, deps),
    remove: async (query) => {
      const { session } = await deleteSession(query, { ...deps, confirm: yes });
      return `session ${session} deleted`;
    },
    export: async (session, format) => writtenText(await deps.write(session, format).catch(inTheWay)),
    allow: (session, finding) => planAllowingFinding(session, finding, deps.allow),
  };
}

const yes = (): Promise<boolean> => Promise.resolve(true);

async function redact(
  input: { query: string; targets: readonly number[]; reason: string },
  { amend }: LocalActsDeps,
): Promise<string> {
  const done = await redactPayloads(input, { ...amend, confirm: yes });
  const { redacted = [], bytes = 0 } = done ?? {};
  return `${redacted.length} ${redacted.length === 1 ? 'payload' : 'payloads'} redacted, ${bytes} bytes are gone`;
}

async function upload(session: string, { uploads }: LocalActsDeps): Promise<string> {
  const { result, error } = await uploadNoted(session, await uploads());
  if (error !== undefined) throw error;
  return uploadedText(result);
}

function uploadedText({ session, hub, attested, index }: UploadResult): string {
  const by = attested === true ? 'attested' : 'unattested';
  return `session ${session} is at ${hub}, ${by}: leaf ${index} of its log`;
}
