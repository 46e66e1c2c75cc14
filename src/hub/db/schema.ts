/** Each entry brings the schema one version up; `PRAGMA user_version` says how many have been applied. Never edit one. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE revocations (
    jti TEXT PRIMARY KEY,
    expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sessions (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'quarantined')),
    log_bytes INTEGER NOT NULL DEFAULT 0,
    payload_bytes INTEGER NOT NULL DEFAULT 0,
    checkpoint TEXT,
    signature TEXT,
    claims TEXT NOT NULL DEFAULT '[]',
    kind TEXT,
    connection TEXT,
    started_at TEXT,
    ended_at TEXT,
    events INTEGER,
    findings INTEGER
  ) STRICT;
  CREATE INDEX sessions_by_owner ON sessions (owner, number);

  CREATE TABLE leaves (
    position INTEGER PRIMARY KEY,
    session TEXT NOT NULL UNIQUE REFERENCES sessions (id),
    leaf BLOB NOT NULL
  ) STRICT;

  -- The roots of all full subtrees: 2^level leaves each; level 0 has the leaves' own hashes.
  CREATE TABLE nodes (
    level INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE head (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE used_proofs (
    digest TEXT PRIMARY KEY,
    expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE sessions ADD COLUMN heard_at INTEGER NOT NULL DEFAULT 0;

  -- The newest checkpoint of each session that sent any while it ran, and what it takes to go on from there.
  CREATE TABLE checkpoints (
    session TEXT PRIMARY KEY REFERENCES sessions (id),
    size INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    subtrees BLOB NOT NULL,
    checkpoint TEXT NOT NULL,
    signature TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    cosignature TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE INDEX used_proofs_by_expiry ON used_proofs (expires);
  `,
  `
  -- What is asked may be long, and lists don't need it. Settled: denied, expired is by the clock, cancelled or consumed.
  CREATE TABLE approvals (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    binding TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    body TEXT NOT NULL,
    presented TEXT NOT NULL
  ) STRICT;
  CREATE INDEX approvals_by_binding ON approvals (owner, binding);
  CREATE INDEX approvals_by_expiry ON approvals (expires_at);

  -- Webhooks that are still to be delivered.
  CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    webhook TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outbox_by_due ON outbox (webhook, due_at);
  `,
  `
  -- Browsers that are signed in to the pages, by SHA-256 of their cookies.
  CREATE TABLE browsers (
    number INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    groups TEXT NOT NULL,
    auth_time INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX browsers_by_expiry ON browsers (expires);
  `,
];
