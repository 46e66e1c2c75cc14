import { format } from 'node:util';

import type { Command } from '@oclif/core/command';
import { Help } from '@oclif/core/help';

import { groupCommands, topicOf } from './command-groups.ts';
import { noSuchCommand } from './command-not-found.ts';
import { processTerminal } from './terminal.ts';

const EXAMPLE = 'hallpass connect -- npx @modelcontextprotocol/server-filesystem .';

/** `hallpass --help`: the commands in their three groups, one line each. oclif loads this only when help is asked for. */
export class HallpassHelp extends Help {
  /** Of a command that there is not it says so, as asking for the command itself does. */
  override async showHelp(argv: string[]): Promise<void> {
    const end = argv.findIndex((word) => word.startsWith('-'));
    const words = argv.slice(0, end === -1 ? undefined : end);
    if (words.length > 0 && !this.#exists(words))
      throw noSuchCommand(words.join(':'), this.config.commandIDs);
    await super.showHelp(argv);
  }

  #exists(words: readonly string[]): boolean {
    const known = new Set([...this.config.commandIDs, ...this.config.topics.map(({ name }) => name)]);
    // What follows the name of a command is its arguments.
    if (this.config.commandIDs.includes(words[0] ?? '')) return true;
    return known.has(words.slice(0, 2).join(':'));
  }

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

  // oclif's goes through the console, which keeps it to itself when nothing could be written.
  protected override log(...words: string[]): void {
    processTerminal.result(format(...words));
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
