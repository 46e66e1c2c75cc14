import { randomBytes } from 'node:crypto';

import { HallpassError } from '../../core/errors.ts';
import type { ApprovalEvent } from '../approvals/approval-desk.ts';
import type { WebhookConfig } from '../config.ts';
import type { Message } from '../db/database.ts';
import { slackBody, standardBody } from './bodies.ts';
import { readSecrets } from './signature.ts';

/** A webhook, ready to be delivered to. Its address may be a secret. */
export interface Webhook extends Pick<WebhookConfig, 'name' | 'format' | 'events' | 'isPrivate'> {
  readonly url: string;
  /** Sign each delivery; none for Slack. */
  readonly keys: readonly Buffer[];
}

/**
 * Reads what the configuration names.
 *
 * @throws {HallpassError} ERR_CONFIG
 */
export function openWebhooks(
  configs: readonly WebhookConfig[],
  readFile: (path: string) => Buffer | undefined,
): Webhook[] {
  const read = (path: string): string => {
    const text = readFile(path)?.toString('utf8');
    if (text !== undefined) return text;
    throw new HallpassError('ERR_CONFIG', `there is no file ${path}, which hub.yaml names`);
  };
  return configs.map(({ name, format, events, isPrivate, target, secretFile }) => ({
    name,
    format,
    events,
    isPrivate,
    url: 'url' in target ? target.url : requireUrl(read(target.urlFile).trim(), target.urlFile),
    keys: secretFile === undefined ? [] : readSecrets(read(secretFile), secretFile),
  }));
}

/** What is to be delivered of an event, and to whom. */
export function messagesOf(webhooks: readonly Webhook[], event: ApprovalEvent, hub: string): Message[] {
  return webhooks
    .filter(({ events }) => events === undefined || events.includes(event.type))
    .map(({ name, format }) => ({
      id: `msg_${randomBytes(16).toString('hex')}`,
      webhook: name,
      body: format === 'slack' ? slackBody(event, hub) : standardBody(event, hub),
      createdAt: event.at,
      dueAt: event.at,
      tries: 0,
    }));
}

function requireUrl(text: string, file: string): string {
  if (URL.canParse(text) && new URL(text).protocol === 'https:') return text;
  throw new HallpassError('ERR_CONFIG', `${file} has to hold an https address`);
}
