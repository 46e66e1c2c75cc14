/** What proves to others which job this is, or gets such a proof: whoever has it is the job. */
const PROOFS: ReadonlySet<string> = new Set([
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'BUILDKITE_AGENT_ACCESS_TOKEN',
  'CIRCLE_OIDC_TOKEN',
  'CIRCLE_OIDC_TOKEN_V2',
]);

/** The variables for a server that somebody else has written: our own settings stay ours, and a job's identity the job's. */
export function variablesForServer(
  variables: Readonly<Record<string, string | undefined>>,
  { isJob }: { isJob: boolean },
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name]) => !name.startsWith('HALLPASS_') && !(isJob && PROOFS.has(name)),
    ),
  );
}
