/**
 * What findings are for.
 *
 * - `mask`: hiding. A secret that is missed has left; a harmless value that is hidden can be told from its placeholder.
 * - `alert`: telling a person. Each false alarm costs trust in the next one.
 */
export type Profile = 'mask' | 'alert';

/** How sure a finding must be to count, 0 to 1. */
export const THRESHOLDS: Readonly<Record<Profile, number>> = { mask: 0, alert: 0.5 };

/** A finding with this confidence is hidden and not told. Without any a finding is sure. */
export const DOUBTFUL = 0.3;
