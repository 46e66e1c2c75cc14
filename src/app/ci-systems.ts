/** Those that hub.yaml can name. */
export const PROVIDERS = ['github', 'gitlab', 'buildkite', 'circleci'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** What is known of a CI system's tokens. */
export interface Known {
  /** Its issuer, where all of its customers share one. */
  readonly shared: RegExp;
  /** One of these says whose jobs they are; with the shared issuer there has to be one … */
  readonly owners: readonly string[];
  /** … which is exact. */
  readonly exactOwner?: true;
  /** A value of `sub` that says whose jobs they are; undefined: all do. */
  readonly ownedSubject?: RegExp;
  /** A value of `sub` with ids in it. */
  readonly immutable?: RegExp;
  /** Names, and the ids that stay when a name is given to somebody else. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
}

const GITHUB_IDS = ['repository_id', 'repository_owner_id', 'enterprise_id'];
const CIRCLECI = 'oidc.circleci.com';

const KNOWN: Readonly<Record<ProviderName, Known>> = {
  // https://docs.github.com/en/actions/reference/security/oidc. A public reusable workflow is anybody's to call, so
  // job_workflow_ref says nothing of whose job it is.
  github: {
    shared: /^https:\/\/token\.actions\.githubusercontent\.com$/,
    owners: [...GITHUB_IDS, 'repository', 'repository_owner', 'enterprise', 'sub'],
    // Subjects can be customized: any repository may choose that its own has nothing but, say, the environment.
    ownedSubject: /(?:^\^?|:)(?:repo|repository|repository_owner|enterprise)(?:_id)?:/,
    // …#immutable-subject-claims: repo:OWNER@OWNER-ID/REPO@REPO-ID:…
    immutable: /^\^?repo:[^@/]+@\d+\/[^@:]+@\d+:/,
    ids: {
      repository: ['repository_id'],
      repository_owner: GITHUB_IDS,
      enterprise: ['enterprise_id'],
      actor: ['actor_id'],
      sub: GITHUB_IDS,
    },
  },
  // https://docs.gitlab.com/ci/secrets/id_token_authentication/#token-payload
  gitlab: {
    shared: /^https:\/\/gitlab\.com$/,
    owners: ['project_id', 'namespace_id', 'project_path', 'namespace_path', 'sub'],
    ids: {
      project_path: ['project_id'],
      namespace_path: ['namespace_id', 'project_id'],
      user_login: ['user_id'],
      sub: ['project_id', 'namespace_id'],
    },
  },
  // https://buildkite.com/docs/agent/cli/reference/oidc#claims: one issuer for all organizations.
  buildkite: {
    shared: /^https:\/\/agent\.buildkite\.com$/,
    owners: ['organization_id', 'organization_slug'],
    exactOwner: true,
    ids: {
      organization_slug: ['organization_id'],
      pipeline_slug: ['pipeline_id'],
      sub: ['organization_id', 'pipeline_id'],
    },
  },
  // https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/: https://oidc.circleci.com/org/ID
  // has the organization in it.
  circleci: {
    shared: /^https:\/\/oidc\.circleci\.com$/,
    owners: [`${CIRCLECI}/org-id`, `${CIRCLECI}/project-id`],
    exactOwner: true,
    ids: { [`${CIRCLECI}/vcs-origin`]: [`${CIRCLECI}/project-id`] },
  },
};

const ADDRESSES: readonly (readonly [RegExp, ProviderName])[] = [
  [
    /^https:\/\/token\.actions\.(?:githubusercontent\.com|[\w-]+\.ghe\.com)(?:\/|$)|\/_services\/token$/,
    'github',
  ],
  [/^https:\/\/gitlab\.com$/, 'gitlab'],
  [/^https:\/\/agent\.buildkite\.com$/, 'buildkite'],
  [/^https:\/\/oidc\.circleci\.com(?:\/|$)/, 'circleci'],
];

/** What is known of the tokens of an issuer: by its address, whatever hub.yaml calls it, or by the name that it gives. */
export function knownOf({
  provider,
  issuer,
}: {
  readonly provider?: ProviderName | undefined;
  readonly issuer: string;
}): Known | undefined {
  const name = ADDRESSES.find(([address]) => address.test(issuer))?.[1] ?? provider;
  return name && KNOWN[name];
}
