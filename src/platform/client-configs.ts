import { homedir } from 'node:os';
import { join } from 'node:path';

import type { Environment } from './environment.ts';

/**
 * Where an MCP client keeps its servers, the user's own and those of a project.
 *
 * Sources: https://code.claude.com/docs/en/mcp, https://code.claude.com/docs/en/settings, https://cursor.com/docs/mcp
 */
export function clientConfigs(
  { variables }: Environment,
  project: string,
): Readonly<Record<'claude-code' | 'cursor', { readonly own: string; readonly project: string }>> {
  return {
    'claude-code': {
      own: join(variables['CLAUDE_CONFIG_DIR'] || homedir(), '.claude.json'),
      project: join(project, '.mcp.json'),
    },
    cursor: {
      own: join(homedir(), '.cursor', 'mcp.json'),
      project: join(project, '.cursor', 'mcp.json'),
    },
  };
}
