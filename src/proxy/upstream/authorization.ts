import type { Secret } from '../../core/secret.ts';

/**
 * Who sees to it that the server lets us in: what it gets to see in `Authorization`, and what is done when it refuses that.
 * Here, and nowhere else, it is attached.
 */
export interface UpstreamAuthorization {
  /** The value for a request to this origin; undefined: none yet. Throws where it may not go there. */
  valueFor(origin: string): Promise<Secret | undefined>;
  /** The server refused. What to show it instead; undefined: its answer stands. Throws where one could be had but is not. */
  onChallenge(challenge: Challenge): Promise<Secret | undefined>;
  /** It is no longer needed. */
  close(): Promise<void>;
}

/** How a server refused (RFC 9110 section 11.6.1, RFC 6750 section 3). */
export interface Challenge {
  readonly status: 401 | 403;
  /** The header's values as the server wrote them: attacker-controlled. */
  readonly wwwAuthenticate: readonly string[];
  /** What it had been shown; undefined: nothing. */
  readonly refused: Secret | undefined;
  /** Whoever asked has gone away. */
  readonly signal: AbortSignal;
}
