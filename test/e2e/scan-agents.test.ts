import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { type Canaries, makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { type Sandbox, sandbox } from '../helpers/hallpass.ts';
import { treeOf } from '../helpers/tree.ts';

const canaries = makeCanaries();

interface Found {
  readonly file: string;
  readonly rule: string;
  readonly agent: string;
  readonly place: string;
  readonly sent: boolean;
  readonly when: string;
  readonly rotate?: string;
}

const WRITTEN = '2026-01-02T03:04:05.678Z';
const CHANGED = new Date('2026-02-03T04:05:06.000Z');

// On the systems where these tests run; the paths of each vendor's documentation.
const APPLICATIONS = process.platform === 'darwin' ? 'Library/Application Support' : '.config';

/** A home directory in which every agent was used. */
function homeFiles(c: Canaries): Record<string, string | Uint8Array> {
  const message = (secret: string) =>
    `${JSON.stringify({ type: 'user', message: `use ${secret} now`, timestamp: WRITTEN })}\n`;
  const server = (secret: string) => JSON.stringify({ mcpServers: { x: { env: { API_TOKEN: secret } } } });
  const code = `${APPLICATIONS}/Code/User`;
  return {
    '.claude/projects/-home-me/1.jsonl': `${JSON.stringify({ type: 'summary' })}\n${message(c.githubToken.value)}`,
    '.claude/projects/-home-me/1/subagents/2.jsonl': message(c.gitlabToken.value),
    '.claude/history.jsonl': `${JSON.stringify({ display: c.stripeKey.value, timestamp: Date.parse(WRITTEN) })}\n`,
    '.claude/settings.json': JSON.stringify({ env: { GITHUB_TOKEN: c.githubToken.value } }),
    '.claude.json': server(c.githubToken.value),
    [`${APPLICATIONS}/Claude/claude_desktop_config.json`]: server(c.gitlabToken.value),
    '.cursor/mcp.json': server(c.gitlabToken.value),
    '.codex/sessions/2026/01/02/rollout-1.jsonl': message(c.anthropicKey.value),
    '.codex/sessions/2026/01/02/rollout-2.jsonl.zst': zstdCompressSync(message(c.stripeKey.value)),
    '.codex/sessions/2026/01/02/rollout-3.jsonl.zst': 'not packed',
    '.codex/config.toml': `[mcp_servers.x.env]\nGITHUB_TOKEN = "${c.githubToken.value}"\n`,
    '.codex/auth.json': JSON.stringify({ tokens: { id_token: c.jwt.value } }),
    '.gemini/tmp/abc/chats/session-1.json': JSON.stringify({
      timestamp: WRITTEN,
      content: c.gitlabToken.value,
    }),
    '.gemini/settings.json': server(c.githubToken.value),
    '.codeium/windsurf/mcp_config.json': server(c.githubToken.value),
    [`${code}/mcp.json`]: server(c.slackToken.value),
    [`${code}/globalStorage/saoudrizwan.claude-dev/tasks/1/api_conversation_history.json`]: message(
      c.slackToken.value,
    ),
    [`${code}/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json`]: server(
      c.slackToken.value,
    ),
    '.continue/config.yaml': `models:\n  - apiKey: ${c.anthropicKey.value}\n`,
    '.continue/sessions/1.json': JSON.stringify({ history: [c.anthropicKey.value] }),
    '.aider.conf.yml': `openai-api-key: ${c.stripeKey.value}\n`,
    '.copilot/session-state/1/events.jsonl': message(c.githubToken.value),
    '.copilot/command-history-state.json': JSON.stringify([c.githubToken.value]),
    '.copilot/mcp-config.json': server(c.slackToken.value),
    '.local/share/opencode/opencode.db': databaseWith({
      message: c.anthropicKey.value,
      account: c.gitlabToken.value,
    }),
    '.local/share/opencode/auth.json': JSON.stringify({ anthropic: { key: c.anthropicKey.value } }),
    '.config/opencode/opencode.json': server(c.githubToken.value),
    '.local/share/goose/sessions/sessions.db': databaseWith({ messages: c.slackToken.value }),
    '.config/goose/history.txt': `use ${c.gitlabToken.value}\n`,
    '.config/goose/secrets.yaml': `OPENAI_API_KEY: ${c.anthropicKey.value}\n`,
    [`${APPLICATIONS === '.config' ? '.local/share/zed' : `${APPLICATIONS}/Zed`}/threads/threads.db`]:
      databaseWith({ threads: zstdCompressSync(message(c.githubToken.value)) }),
    '.config/zed/settings.json': server(c.stripeKey.value),
    'notes.txt': c.gitlabToken.value,
  };
}

/** A database with a row in each table. */
function databaseWith(rows: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const database = new DatabaseSync(':memory:');
  for (const [table, value] of Object.entries(rows)) {
    database.exec(`CREATE TABLE ${table} (data BLOB)`);
    database.prepare(`INSERT INTO ${table} VALUES (?)`).run(value);
  }
  const path = join(mkdtempSync(join(tmpdir(), 'hallpass-test-')), 'made.db');
  database.exec(`VACUUM INTO '${path}'`);
  database.close();
  const bytes = readFileSync(path);
  rmSync(dirname(path), { recursive: true });
  return bytes;
}

/** `agent place file` of each finding, the file from the home directory on. */
function told(stdout: string, hallpass: Sandbox): string[] {
  return foundIn(stdout).map(
    ({ agent, place, file }) => `${agent} ${place} ${file.replace(`${hallpass.home}/`, '')}`,
  );
}

function foundIn(stdout: string): Found[] {
  return stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Found); // prettier-ignore
}

async function used(): Promise<Sandbox> {
  const hallpass = await sandbox();
  await treeOf(hallpass, homeFiles(canaries), 'home');
  hallpass.exempt({ canary: /./, where: new RegExp(`^${hallpass.home}/`), because: 'it was put there' });
  return hallpass;
}

describe('scan --agents', () => {
  test(
    'tells what each agent keeps, what went to a model, when, and where to rotate it',
    cites('scan.agents', 'scan.exit-code'),
    async () => {
      await using hallpass = await used();
      const transcript = join(hallpass.home, '.continue/sessions/1.json');
      utimesSync(transcript, CHANGED, CHANGED);
      const { code, stdout, stderr } = await hallpass.run(['scan', '--agents', '--json']);
      expect(code).toBe(9);
      const inCode = `${APPLICATIONS}/Code/User`;
      expect(told(stdout, hallpass)).toEqual([
        'Claude Code transcript .claude/projects/-home-me/1.jsonl',
        'Claude Code transcript .claude/projects/-home-me/1/subagents/2.jsonl',
        'Claude Code prompts .claude/history.jsonl',
        'Claude Code config .claude/settings.json',
        'Claude Code config .claude.json',
        'Codex transcript .codex/sessions/2026/01/02/rollout-1.jsonl',
        'Codex transcript .codex/sessions/2026/01/02/rollout-2.jsonl.zst',
        'Codex config .codex/config.toml',
        'Codex config .codex/auth.json',
        'Gemini CLI transcript .gemini/tmp/abc/chats/session-1.json',
        'Gemini CLI config .gemini/settings.json',
        'Copilot CLI transcript .copilot/session-state/1/events.jsonl',
        'Copilot CLI prompts .copilot/command-history-state.json',
        'Copilot CLI config .copilot/mcp-config.json',
        'opencode config .local/share/opencode/opencode.db#account/1.data',
        'opencode transcript .local/share/opencode/opencode.db#message/1.data',
        'opencode config .local/share/opencode/auth.json',
        'opencode config .config/opencode/opencode.json',
        'Goose transcript .local/share/goose/sessions/sessions.db#messages/1.data',
        'Goose prompts .config/goose/history.txt',
        'Goose config .config/goose/secrets.yaml',
        'Aider config .aider.conf.yml',
        `Claude Desktop config ${APPLICATIONS}/Claude/claude_desktop_config.json`,
        'Cursor config .cursor/mcp.json',
        'Windsurf config .codeium/windsurf/mcp_config.json',
        `VS Code config ${inCode}/mcp.json`,
        expect.stringMatching(/^Zed transcript .*\/threads\.db#threads\/1\.data$/),
        'Zed config .config/zed/settings.json',
        `Cline transcript ${inCode}/globalStorage/saoudrizwan.claude-dev/tasks/1/api_conversation_history.json`,
        `Cline config ${inCode}/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json`,
        'Continue transcript .continue/sessions/1.json',
        'Continue config .continue/config.yaml',
      ]);
      const found = foundIn(stdout);
      expect(found.every(({ sent, place }) => sent === (place !== 'config'))).toBe(true);
      expect(found[0]).toMatchObject({ when: WRITTEN, rotate: 'https://github.com/settings/tokens' });
      expect(found[2]?.when).toBe(WRITTEN);
      expect(found.find(({ file }) => file === transcript)?.when).toBe(CHANGED.toISOString());
      expect(stderr).toContain('rollout-3.jsonl.zst: it is damaged, not scanned');
      expect(stderr).toMatch(/^32 secrets found, 14 of them went to a model\./m);
    },
  );

  test('says so to people', cites('scan.agents'), async () => {
    await using hallpass = await used();
    const { stdout } = await hallpass.run(['scan', '--agents']);
    expect(stdout).toContain(
      `    went to a model: in a transcript of Claude Code, ${WRITTEN}\n    rotate: https:`,
    );
    expect(stdout).toContain('    not sent by this: in a configuration of Claude Code, 20');
  });

  test('heeds no comment in a transcript: a web page may have written it', cites('scan.agents'), async () => {
    await using hallpass = await sandbox();
    const text = `# hallpass:allow\n${canaries.githubToken.value} # hallpass:allow\n`;
    await treeOf(hallpass, { '.claude/projects/p/1.jsonl': text }, 'home');
    hallpass.exempt({ canary: /./, where: new RegExp(`^${hallpass.home}/`), because: 'it was put there' });
    expect((await hallpass.run(['scan', '--agents'])).code).toBe(9);
  });

  test(
    'looks where the environment says that they keep it, and in the project',
    cites('scan.agents'),
    async () => {
      await using hallpass = await sandbox();
      const secret = canaries.githubToken.value;
      const places = await treeOf(
        hallpass,
        {
          'c/projects/p/1.jsonl': `${secret}\n`,
          'x/history.jsonl': `${secret}\n`,
          'g/session-state/1.jsonl': `${secret}\n`,
          'd/opencode/auth.json': `${secret}\n`,
        },
        'places',
      );
      const cwd = await treeOf(hallpass, {
        '.aider.chat.history.md': `> ${secret}\n`,
        '.mcp.json': `"${secret}"`,
      });
      const env = {
        CLAUDE_CONFIG_DIR: join(places, 'c'),
        CODEX_HOME: join(places, 'x'),
        COPILOT_HOME: join(places, 'g'),
        XDG_DATA_HOME: join(places, 'd'),
      };
      const { stdout } = await hallpass.run(['scan', '--agents', '--json'], { env, cwd });
      expect(foundIn(stdout).map(({ agent, place }) => `${agent} ${place}`)).toEqual([
        'Claude Code transcript',
        'Claude Code config',
        'Codex prompts',
        'Copilot CLI transcript',
        'opencode config',
        'Aider transcript',
      ]);
    },
  );

  test('without any agent finds nothing, and takes no paths', cites('scan.agents'), async () => {
    await using hallpass = await sandbox();
    const { code, stdout, stderr } = await hallpass.run(['scan', '--agents']);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No secrets found. 0 files scanned.\n',
    });
    expect((await hallpass.run(['scan', '--agents', '.'])).code).toBe(2);
  });
});

describe('the databases of Cursor', () => {
  const GLOBAL = `${APPLICATIONS}/Cursor/User/globalStorage`;

  async function withDatabase(): Promise<{ hallpass: Sandbox; directory: string; database: DatabaseSync }> {
    const hallpass = await sandbox();
    hallpass.exempt({ canary: /./, where: new RegExp(`^${hallpass.home}/`), because: 'it was put there' });
    const directory = join(await treeOf(hallpass, { [`${GLOBAL}/storage.json`]: '{}' }, 'home'), GLOBAL);
    const database = new DatabaseSync(join(directory, 'state.vscdb'));
    database.exec(`PRAGMA journal_mode=WAL;
      CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB);
      CREATE TABLE cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB);`);
    const { githubToken, gitlabToken } = canaries;
    const bubble = JSON.stringify({ text: githubToken.value, createdAt: Date.parse(WRITTEN) });
    database.prepare('INSERT INTO cursorDiskKV VALUES (?, ?)').run('bubbleId:1:2', bubble);
    database
      .prepare('INSERT INTO ItemTable VALUES (?, ?)')
      .run('some.setting', Buffer.from(gitlabToken.value));
    return { hallpass, directory, database };
  }

  const EXPECTED = [
    { table: 'ItemTable/some.setting', sent: false },
    { table: 'cursorDiskKV/bubbleId:1:2', sent: true },
  ];

  function rows(stdout: string) {
    return foundIn(stdout).map(({ file, sent }) => ({ table: file.slice(file.indexOf('#') + 1), sent }));
  }

  test('are read while Cursor has them open, and left as they are', cites('scan.agents'), async () => {
    const { hallpass, directory, database } = await withDatabase();
    await using _ = hallpass;
    const before = stateOf(directory);
    const { stdout } = await hallpass.run(['scan', '--agents', '--json']);
    expect(rows(stdout)).toEqual(EXPECTED);
    expect(foundIn(stdout)[1]?.when).toBe(WRITTEN);
    expect(stateOf(directory)).toEqual(before);
    database.close();
  });

  test('are read when it is closed, and nothing is made beside them', cites('scan.agents'), async () => {
    const { hallpass, directory, database } = await withDatabase();
    await using _ = hallpass;
    database.close();
    const before = stateOf(directory);
    expect(rows((await hallpass.run(['scan', '--agents', '--json'])).stdout)).toEqual(EXPECTED);
    expect(stateOf(directory)).toEqual(before);
  });

  test('that are none are said to be so', cites('scan.agents'), async () => {
    await using hallpass = await sandbox();
    await treeOf(hallpass, { [`${GLOBAL}/state.vscdb`]: 'no database at all' }, 'home');
    const { code, stderr } = await hallpass.run(['scan', '--agents']);
    expect(stderr).toContain('state.vscdb: the database can not be read');
    expect(code).toBe(7);
  });
});

/** Names, times and contents. */
function stateOf(directory: string): unknown[] {
  return readdirSync(directory).toSorted().map((name) => {
    const path = join(directory, name);
    const { mtimeMs, size } = statSync(path);
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
    return [name, mtimeMs, size, digest];
  }); // prettier-ignore
}
