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
export type AgentBase =
  | 'home'
  | 'applications'
  | 'local'
  | 'configuration'
  | 'data'
  | 'state'
  | 'claude'
  | 'codex'
  | 'copilot'
  | 'continue'
  | 'project';

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
