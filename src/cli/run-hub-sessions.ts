import type { HubSession } from '../identity/hub-answers.ts';
import { listHubSessions } from '../app/hub-sessions.ts';
import { showHubSession } from '../app/verify-hub.ts';
import { readingHub } from './compose-upload.ts';
import { presentList, presentSession, presentSessionJson } from './present-sessions.ts';
import type { Terminal } from './terminal.ts';

/** `sessions list --hub`. */
export function listAtHub(
  { profile, json }: { profile: string | undefined; json: boolean },
  terminal: Terminal,
): Promise<void> {
  return readingHub(profile, async (hub) => {
    const sessions: HubSession[] = [];
    for await (const session of listHubSessions(hub)) {
      if (json) terminal.json(session);
      else sessions.push(session);
    }
    if (!json && sessions.length === 0)
      terminal.note(`The hub ${hub.client.origin} has no sessions for you.`);
    else if (!json) presentList(sessions, terminal);
    await hub.uploadWaiting((line) => terminal.note(`hallpass: ${line}`));
  });
}

/** `sessions show --hub`. */
export function showAtHub(
  input: { query: string; payloads: boolean; profile: string | undefined; json: boolean },
  terminal: Terminal,
): Promise<void> {
  return readingHub(input.profile, async (hub) => {
    const shown = await showHubSession(input, hub);
    if (input.json) presentSessionJson(shown, terminal);
    else presentSession(shown, terminal);
    await hub.uploadWaiting((line) => terminal.note(`hallpass: ${line}`));
  });
}
