import { parseHubFile } from '../../src/app/hub-file.ts';
import { readHubPolicy } from '../../src/app/hub-policy.ts';
import { TestHub } from '../hub/helpers/test-hub.ts';
import type { FakeCi } from './ci.ts';

/** Which jobs of each system get the scope `deploy` on each connection: by ids, on main, where the token says it. */
const GRANTS = {
  github: { repository_id: '74', ref: 'refs/heads/main', environment: ['prod', 'staging'] },
  gitlab: {
    project_id: 20,
    ref_protected: true,
    ref_path: { pattern: '^refs/heads/(?:main|release/[0-9.]+)$' },
  },
  buildkite: { build_branch: 'main' },
  circleci: { 'oidc.circleci.com/vcs-ref': 'refs/heads/main' },
  other: { namespace: 'ci' },
};

/** A real hub in this process that believes the fakes, by a hub.yaml as people write them. */
export function startCiHub(
  ci: FakeCi,
  connections: readonly string[],
  { policy }: { readonly policy?: string } = {},
): Promise<TestHub> {
  const { organization_id, pipeline_id } = ci.claimsOf('buildkite');
  const claims = {
    github: { repository_owner_id: '65' },
    gitlab: { namespace_id: '72' },
    buildkite: { organization_id, pipeline_id },
    circleci: { 'oidc.circleci.com/project-id': ci.claimsOf('circleci')['oidc.circleci.com/project-id'] },
    other: { sub: { pattern: '^system:serviceaccount:ci:[a-z]+$' } },
  };
  const systems = ['github', 'gitlab', 'buildkite', 'circleci', 'other'] as const;
  const file = {
    // It is known once it listens.
    url: 'http://127.0.0.1:1',
    issuer: 'https://login.example.com',
    admins: { groups: ['admins'] },
    approvers: [{ who: { groups: ['leads'] } }],
    connections: connections.map((name) => ({
      name,
      audience: `urn:example:${name}`,
      scopes: ['deploy', 'admin'],
    })),
    issuers: systems.map((name) => ({
      name,
      issuer: ci.issuerOf(name),
      ...(name !== 'other' && { provider: name }),
      claims: claims[name],
    })),
    grants: systems.flatMap((name) =>
      connections.map((connection) => ({
        who: { ci: { issuer: name, claims: GRANTS[name] } },
        connection,
        scopes: ['deploy'],
        use: 'export',
      })),
    ),
  };
  // JSON is YAML.
  const config = parseHubFile(JSON.stringify(file), 'hub.yaml');
  return TestHub.start({
    config: { ...config, listen: { host: '127.0.0.1', port: 0 }, url: undefined },
    ...(policy !== undefined && {
      policy: {
        read: () => ({ ...readHubPolicy(policy, 'policy.yaml'), maxAgeMs: 60_000 }),
        watch: () => () => undefined,
      },
    }),
  });
}
