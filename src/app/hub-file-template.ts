/** A hub.yaml to begin with. It does not start a hub until an admin group stands in it. */
export const HUB_FILE_TEMPLATE = `# A hallpass hub. Start it with: hallpass hub start --config hub.yaml
# Settings that are commented out show their default, or an example.
version: 1

# The hub's own address, as everybody sees it. It listens on this machine only, for now.
url: http://127.0.0.1:4180
# Where it listens, if that differs from url: behind a proxy that speaks TLS.
#listen: 127.0.0.1:4180

# Who proves identities: an OpenID provider with the device flow, and a public client there.
issuer: https://login.example.com
client_id: hallpass-cli
#scopes: [openid, profile, groups, offline_access]
# The claim of the ID token that lists a person's groups.
#groups_claim: groups

# Groups and subjects are compared exactly. Who is not named may do nothing.
# At least one group: without somebody who may administer it, the hub does not start.
admins:
  groups: []
# Who may read everybody's sessions.
#auditors:
#  groups: [security]

# What tokens can be minted for. A client sends them to these origins only.
connections:
#  - name: tickets
#    audience: https://mcp.tickets.example.com
#    scopes: [tickets:read, tickets:write]
#    origins: [https://mcp.tickets.example.com]

# The central policy: who is logged in here goes by it, wherever they are, and nothing of theirs can weaken it
# (docs/central-rules.md). Read again whenever it changes; one that is wrong is told of, and the one before stays.
#policy: policy.yaml
# For how long clients that can't reach the hub go by what they have, 1m to 7d; then they refuse to work.
#policy_max_age: 8h

# Whose word counts for CI jobs, and of which jobs: all claims have to fit. A value is exact, a list is any of them,
# { pattern: ^...$ } a regular expression for the whole (RE2). Names may become somebody else's, ids don't.
issuers:
#  - name: github
#    issuer: https://token.actions.githubusercontent.com
#    claims: { repository_owner_id: "123456" }
#    audience: https://hub.example.com   # \${url} unless it is named
#    provider: github    # or gitlab, buildkite, circleci, where the address doesn't say it: an installation of your own

# Who may have which scopes, and how long a token lives (5m to 15m).
# use: proxy (only hallpass sees the token) or export (hallpass mint may print it).
grants:
#  - who: { groups: [engineering] }
#    connection: tickets
#    scopes: [tickets:read]
#    ttl: 10m
#    use: proxy
#  - who: { ci: { issuer: github, claims: { repository_id: "456789", ref: refs/heads/main, environment: production } } }
#    connection: tickets
#    scopes: [tickets:write]
#    use: export

# Who may decide held calls, in a browser: \${url}/approvals. Where nobody is named for a connection, its calls can't be
# approved. Rules that name a connection (exactly) count for it instead of those that name none.
approvers:
#  - who: { groups: [leads] }
#  - connection: prod-db
#    who: { groups: [dba] }
#    approvals: 2        # so many people at least
#    self: false         # whether their word counts for their own calls, where the policy allows it too
#    break_glass: false  # whether they may pass over these terms, for a reason that is recorded and told

# The client at the issuer that signs people in to the hub's pages; its redirect URI is \${url}/login/callback. Unless
# it is named, client_id above is it, which then needs the code flow with PKCE.
#web:
#  client_id: hallpass-hub
#  client_secret_file: web-secret

# Who is told of held calls and decisions.
webhooks:
#  - name: chatops
#    url: https://hooks.example.com/hallpass
#    secret_file: chatops-secret   # whsec_ and 24 to 64 bytes in base64: signs each delivery (Standard Webhooks)
#    events: [approval.requested, approval.decided, approval.break_glass]
#    private: false                # whether it may be at an address of this network
#  - name: slack
#    format: slack
#    url_file: slack-url           # whoever knows it may post there
`;
