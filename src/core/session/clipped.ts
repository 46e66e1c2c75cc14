import { LIMITS } from '../limits.ts';
import type {
  DecisionBody,
  DefinitionBody,
  ErrorBody,
  ExceptedRecord,
  Excepting,
  FindingRecord,
  HoldBody,
  MessageBody,
  PolicyBody,
  RecordBody,
} from './event.ts';

/**
 * The event as a line of the log can hold it. A peer decides how long the names in its message are and how many secrets
 * it holds: what is over the limits is cut, and of findings counted, so that no message ends the recording.
 */
export function clipped(body: RecordBody): RecordBody {
  if (
    body.kind === 'error' ||
    body.kind === 'decision' ||
    body.kind === 'definition' ||
    body.kind === 'policy'
  )
    return body;
  if (body.kind === 'hold') return { ...body, ...names(body) };
  if (isShort(body)) return body;
  if (body.kind === 'stderr' || body.kind === 'output')
    return { ...body, ...listed(body.findings), ...listedExcepted(body) };
  const texts = names(body);
  if (body.kind === 'message')
    return {
      ...body,
      ...texts,
      ...listed(body.findings),
      ...listedExcepted(body),
      ...(body.returned && places(body.returned)),
    };
  return { ...body, ...texts, ...(body.findings && listed(body.findings)) };
}

function names({ method, id, tool }: Pick<MessageBody, 'method' | 'id' | 'tool'>): Record<string, string> {
  return { ...clip('method', method), ...clip('id', id), ...clip('tool', tool) };
}

// Most events are: they are kept as they are.
function isShort(
  body: Exclude<RecordBody, ErrorBody | HoldBody | DecisionBody | DefinitionBody | PolicyBody>,
): boolean {
  if (body.findings !== undefined && body.findings.length > 0) return false;
  if (body.kind !== 'refused' && body.excepted !== undefined) return false;
  if (body.kind === 'stderr' || body.kind === 'output') return true;
  if (body.kind === 'message' && body.returned !== undefined) return false;
  return isShortText(body.method) && isShortText(body.id) && isShortText(body.tool);
}

function isShortText(text: string | undefined): boolean {
  return text === undefined || text.length <= LIMITS.eventTextChars;
}

function listed(findings: readonly FindingRecord[]): Pick<MessageBody, 'findings' | 'unlisted'> {
  const unlisted = findings.length - LIMITS.eventFindings;
  if (unlisted <= 0) return { findings: findings.map(shortened) };
  return { findings: findings.slice(0, LIMITS.eventFindings).map(shortened), unlisted };
}

function listedExcepted({ excepted }: Excepting): Excepting {
  if (excepted === undefined) return {};
  const unlisted = excepted.length - LIMITS.eventExcepted;
  const kept = excepted.slice(0, LIMITS.eventExcepted).map(shortened<ExceptedRecord>);
  return { excepted: kept, ...(unlisted > 0 && { unlisted_excepted: unlisted }) };
}

function places(returned: readonly string[]): { returned: readonly string[] } {
  return { returned: returned.slice(0, LIMITS.eventFindings).map(place) };
}

function place(at: string): string {
  return at.length <= LIMITS.findingPlaceChars ? at : `${at.slice(0, LIMITS.findingPlaceChars)}…`;
}

function shortened<T extends ExceptedRecord>(finding: T): T {
  if (finding.at.length <= LIMITS.findingPlaceChars) return finding;
  return { ...finding, at: place(finding.at) };
}

function clip(name: string, text: string | undefined): Record<string, string> {
  return text === undefined ? {} : { [name]: text.slice(0, LIMITS.eventTextChars) };
}
