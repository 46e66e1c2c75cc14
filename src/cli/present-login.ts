import type { Identified } from '../app/login.ts';
import type { WhichJob, Whoami } from '../app/whoami.ts';
import type { DeviceCode } from '../identity/device-code.ts';
import type { Hub } from '../identity/login-state.ts';
import { visible } from '../core/visible.ts';
import { wantsColour } from './colour.ts';
import type { Terminal } from './terminal.ts';

/** What `login` shows while it waits. */
export interface LoginPresenter {
  readonly hub: (hub: Hub) => void;
  readonly code: (code: DeviceCode, options: { opens: boolean }) => void;
  readonly done: (who: Identified) => void;
  readonly note: (line: string) => void;
}

/** Draws a text for a camera, or gives undefined where it can't be seen whole. */
export type DrawQr = (text: string) => readonly string[] | undefined;

/** How this terminal draws QR codes; undefined where it can't: they need colours, or half of all terminals show them inverted. */
export async function qrDrawer(terminal: Terminal): Promise<DrawQr | undefined> {
  const { stderrSize, stderrIsTty } = terminal;
  if (stderrSize === undefined || !wantsColour({ isTty: stderrIsTty })) return undefined;
  const { qrCode } = await import('./qr-code.ts');
  return (text) => qrCode(text, stderrSize);
}

/** For a person: where to go, and which code to compare. */
export function textPresenter(terminal: Terminal, drawQr?: DrawQr): LoginPresenter {
  const note = (line: string): void => terminal.note(visible(line, { oneLine: true }));
  return {
    hub: ({ hub, issuer, development }) =>
      note(`Logging in to ${hub} by ${issuer}${development ? ' (a development hub)' : ''}`),
    code: ({ verificationUri, verificationUriComplete, userCode, expiresIn }, { opens }) => {
      note(`${opens ? 'A browser opens; if none does, open' : 'Open'} ${verificationUri}`);
      note(`and enter the code ${userCode}`);
      if (verificationUriComplete !== undefined) {
        note(`or open ${verificationUriComplete} and compare it`);
        for (const line of drawQr?.(verificationUriComplete) ?? []) terminal.note(line);
      }
      note(`It is good for ${Math.round(expiresIn / 60)} min. Waiting…`);
    },
    done: ({ profile, subject, groups }) => {
      const member = groups.length > 0 ? ` (${groups.join(', ')})` : '';
      terminal.result(visible(`Logged in as ${subject}${member}, profile ${profile}`, { oneLine: true }));
    },
    note: (line) => note(`hallpass: ${line}`),
  };
}

/** For a script: two events on stdout, troubles on stderr. */
export function jsonPresenter(terminal: Terminal): LoginPresenter {
  return {
    ...textPresenter(terminal),
    hub: () => undefined,
    code: ({ verificationUri, verificationUriComplete, userCode, expiresIn }) =>
      terminal.json({
        event: 'code',
        verification_uri: verificationUri,
        verification_uri_complete: verificationUriComplete ?? null,
        user_code: userCode,
        expires_in: expiresIn,
      }),
    done: (who) => terminal.json({ event: 'login', ...who }),
  };
}

/** Who is logged in, for a person. */
export function presentWhoami(who: Whoami, terminal: Terminal): void {
  const lines = who.job === undefined ? loginLines(who) : jobLines(who, who.job);
  for (const line of lines) terminal.result(visible(line, { oneLine: true }));
}

function loginLines({ profile, subject, groups, hub, expires_at }: Whoami): string[] {
  return [
    `${subject} at ${hub}`,
    `  groups   ${groups.join(', ') || 'none'}`,
    `  profile  ${profile}`,
    `  expires  ${expires_at}, renewed when needed`,
  ];
}

function jobLines(
  { subject, hub, expires_at }: Whoami,
  { provider, issuer, page, claims }: WhichJob,
): string[] {
  return [
    `${subject} at ${hub}`,
    `  a job of ${provider}${page === null ? '' : `: ${page}`}`,
    `  issuer   ${issuer}`,
    `  expires  ${expires_at}`,
    '  claims',
    ...Object.entries(claims).map(([name, value]) => `    ${name}: ${[value].flat().join(', ')}`),
  ];
}
