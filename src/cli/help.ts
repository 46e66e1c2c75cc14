import type { Command } from '@oclif/core/command';
import { Help } from '@oclif/core/help';

import { groupCommands, topicOf } from './command-groups.ts';

const EXAMPLE = 'hallpass connect -- npx @modelcontextprotocol/server-filesystem .';

/** `hallpass --help`: the commands in their three groups, one line each. oclif loads this only when help is asked for. */
export class HallpassHelp extends Help {
  override showRootHelp(): Promise<void> {
    const rows = groupCommands(this.#topLevel());
    const width = Math.max(0, ...rows.flatMap((group) => group.commands.map((row) => row.id.length)));
    this.log(`${this.config.pjson.description ?? ''}\n`);
    for (const { title, commands } of rows) {
      this.log(title);
      for (const { id, summary } of commands) this.log(`  ${id.padEnd(width)}  ${summary}`);
      this.log('');
    }
    this.log(`Example\n  $ ${EXAMPLE}\n`);
    this.log('hallpass COMMAND --help shows the flags of a command and examples.');
    return Promise.resolve();
  }

  // A topic (`sessions`) is one row, however many commands are under it.
  #topLevel(): { id: string; summary: string }[] {
    const topics = new Map(this.config.topics.map((topic) => [topic.name, topic.description ?? '']));
    const rows = new Map<string, string>();
    for (const command of this.sortedCommands) {
      const id = topicOf(command.id);
      if (!rows.has(id)) rows.set(id, topics.get(id) || oneLine(command));
    }
    return [...rows].map(([id, summary]) => ({ id, summary }));
  }
}

function oneLine(command: Command.Loadable): string {
  return (command.summary ?? command.description ?? '').split('\n')[0] ?? '';
}
