import { byteClass } from './bytes.ts';

/** What base64, base64url and hex are written in, but for padding. */
export const RUN = byteClass('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-');
/** A shorter run is not looked into. It is also the stride of the search: most bytes of ordinary text are never read. */
export const SHORTEST_RUN = 24;
