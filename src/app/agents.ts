/** What a file of an agent holds. */
export type AgentPlace =
  /** What went to a model and came back. */
  | 'transcript'
  /** What was typed, which went to a model too. */
  | 'prompts'
  /** Settings, MCP servers, logins: what stands there has not gone to a model by that. */
  | 'config';

/** What is known of a finding from where it was found. */
export interface AgentContext {
  readonly agent: string;
  readonly place: AgentPlace;
  /** It already went to a model. */
  readonly sent: boolean;
  /** ISO 8601; of the message, or else when the file was last changed. */
  readonly when: string;
  readonly rotate: string | undefined;
}

/** Where an agent's paths begin; platform/agent-files.ts knows them per system. */
export type AgentBase = 'home' | 'applications' | 'claude' | 'codex' | 'project';

/** Files of one agent. */
export interface AgentFiles {
  readonly agent: string;
  readonly place: AgentPlace;
  readonly base: AgentBase;
  /** Below the base, with `/`; `*` within a name, `**` for directories of any depth. */
  readonly paths: readonly string[];
  /** Where the vendor says so; a format that none documents says who describes it. */
  readonly source: string;
}

/** Where coding agents keep what they were told and what they may use. Adding one is adding entries. */
export const AGENT_FILES: readonly AgentFiles[] = [
  {
    agent: 'Claude Code',
    place: 'transcript',
    base: 'claude',
    paths: ['projects/**/*.jsonl', 'projects/**/tool-results/*', 'file-history/**/*', 'paste-cache/**/*'],
    source: 'https://code.claude.com/docs/en/claude-directory',
  },
  {
    agent: 'Claude Code',
    place: 'prompts',
    base: 'claude',
    paths: ['history.jsonl'],
    source: 'https://code.claude.com/docs/en/claude-directory',
  },
  {
    agent: 'Claude Code',
    place: 'config',
    base: 'claude',
    paths: ['settings.json', 'settings.local.json', '.credentials.json', 'shell-snapshots/*', '.claude.json'],
    source: 'https://code.claude.com/docs/en/settings',
  },
  {
    agent: 'Claude Code',
    place: 'config',
    base: 'home',
    paths: ['.claude.json'],
    source: 'https://code.claude.com/docs/en/settings',
  },
  {
    agent: 'Claude Code',
    place: 'config',
    base: 'project',
    paths: ['.mcp.json', '.claude/settings.json', '.claude/settings.local.json'],
    source: 'https://code.claude.com/docs/en/mcp',
  },
  {
    agent: 'Claude Desktop',
    place: 'config',
    base: 'applications',
    paths: ['Claude/claude_desktop_config.json'],
    source: 'https://modelcontextprotocol.io/docs/develop/connect-local-servers',
  },
  {
    agent: 'Cursor',
    place: 'config',
    base: 'home',
    paths: ['.cursor/mcp.json'],
    source: 'https://cursor.com/docs/context/mcp',
  },
  {
    agent: 'Cursor',
    place: 'transcript',
    base: 'home',
    paths: ['.cursor/projects/*/agent-transcripts/**/*', '.cursor/chats/*/*/store.db'],
    source: 'https://agentgrep.org/backends/cursor-ide/',
  },
  {
    agent: 'Cursor',
    place: 'transcript',
    base: 'applications',
    paths: ['Cursor/User/globalStorage/state.vscdb', 'Cursor/User/workspaceStorage/*/state.vscdb'],
    source: 'https://agentgrep.org/backends/cursor-ide/',
  },
  {
    agent: 'Cursor',
    place: 'config',
    base: 'project',
    paths: ['.cursor/mcp.json'],
    source: 'https://cursor.com/docs/context/mcp',
  },
  {
    agent: 'Codex',
    place: 'transcript',
    base: 'codex',
    paths: [
      'sessions/**/*.jsonl',
      'sessions/**/*.jsonl.zst',
      'archived_sessions/*.jsonl',
      'archived_sessions/*.jsonl.zst',
    ],
    source: 'https://developers.openai.com/codex/config-advanced',
  },
  {
    agent: 'Codex',
    place: 'prompts',
    base: 'codex',
    paths: ['history.jsonl'],
    source: 'https://developers.openai.com/codex/config-advanced',
  },
  {
    agent: 'Codex',
    place: 'config',
    base: 'codex',
    paths: ['config.toml', '*.config.toml', 'auth.json', '.env'],
    source: 'https://developers.openai.com/codex/auth',
  },
  {
    agent: 'Gemini CLI',
    place: 'transcript',
    base: 'home',
    paths: ['.gemini/tmp/*/chats/*', '.gemini/tmp/*/checkpoint*', '.gemini/tmp/*/checkpoints/*'],
    source: 'https://geminicli.com/docs/cli/session-management',
  },
  {
    agent: 'Gemini CLI',
    place: 'prompts',
    base: 'home',
    paths: ['.gemini/tmp/*/logs.json', '.gemini/tmp/*/shell_history'],
    source: 'https://geminicli.com/docs/reference/configuration',
  },
  {
    agent: 'Gemini CLI',
    place: 'config',
    base: 'home',
    paths: ['.gemini/settings.json', '.gemini/.env', '.gemini/oauth_creds.json'],
    source: 'https://geminicli.com/docs/reference/configuration',
  },
  {
    agent: 'Windsurf',
    place: 'config',
    base: 'home',
    paths: ['.codeium/windsurf/mcp_config.json', '.codeium/mcp_config.json'],
    source: 'https://docs.windsurf.com/windsurf/cascade/mcp',
  },
  {
    agent: 'VS Code',
    place: 'config',
    base: 'applications',
    paths: ['Code/User/mcp.json', 'Code/User/profiles/*/mcp.json', 'Code/User/settings.json'],
    source: 'https://code.visualstudio.com/docs/copilot/customization/mcp-servers',
  },
  {
    agent: 'VS Code',
    place: 'transcript',
    base: 'applications',
    paths: [
      'Code/User/workspaceStorage/*/chatSessions/*',
      'Code/User/globalStorage/emptyWindowChatSessions/*',
    ],
    source: 'https://code.visualstudio.com/docs/copilot/chat/chat-sessions',
  },
  {
    agent: 'VS Code',
    place: 'config',
    base: 'project',
    paths: ['.vscode/mcp.json'],
    source: 'https://code.visualstudio.com/docs/copilot/customization/mcp-servers',
  },
  {
    agent: 'Cline',
    place: 'transcript',
    base: 'applications',
    paths: ['Code/User/globalStorage/saoudrizwan.claude-dev/tasks/*/*.json'],
    source: 'https://docs.cline.bot/troubleshooting/task-history-recovery',
  },
  {
    agent: 'Cline',
    place: 'config',
    base: 'applications',
    paths: ['Code/User/globalStorage/saoudrizwan.claude-dev/settings/*.json'],
    source: 'https://docs.cline.bot/mcp/configuring-mcp-servers',
  },
  {
    agent: 'Cline',
    place: 'transcript',
    base: 'home',
    paths: ['.cline/data/tasks/*/*.json'],
    source: 'https://docs.cline.bot/troubleshooting/task-history-recovery',
  },
  {
    agent: 'Cline',
    place: 'config',
    base: 'home',
    paths: ['.cline/data/*.json', '.cline/data/settings/*.json'],
    source: 'https://docs.cline.bot/mcp/configuring-mcp-servers',
  },
  {
    agent: 'Continue',
    place: 'transcript',
    base: 'home',
    paths: ['.continue/sessions/*.json', '.continue/dev_data/**/*.jsonl'],
    source: 'https://docs.continue.dev/development-data',
  },
  {
    agent: 'Continue',
    place: 'config',
    base: 'home',
    paths: ['.continue/config.yaml', '.continue/config.json', '.continue/configs/*', '.continue/.env'],
    source: 'https://docs.continue.dev/customize/deep-dives/configuration',
  },
  {
    agent: 'Aider',
    place: 'transcript',
    base: 'project',
    paths: ['.aider.chat.history.md', '.aider.llm.history'],
    source: 'https://aider.chat/docs/config/options.html',
  },
  {
    agent: 'Aider',
    place: 'transcript',
    base: 'home',
    paths: ['.aider.chat.history.md', '.aider.llm.history'],
    source: 'https://aider.chat/docs/config/options.html',
  },
  {
    agent: 'Aider',
    place: 'prompts',
    base: 'project',
    paths: ['.aider.input.history'],
    source: 'https://aider.chat/docs/config/options.html',
  },
  {
    agent: 'Aider',
    place: 'config',
    base: 'project',
    paths: ['.aider.conf.yml'],
    source: 'https://aider.chat/docs/config/aider_conf.html',
  },
  {
    agent: 'Aider',
    place: 'config',
    base: 'home',
    paths: ['.aider.conf.yml', '.aider/oauth-keys.env'],
    source: 'https://aider.chat/docs/config/aider_conf.html',
  },
];
