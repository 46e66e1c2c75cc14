import process from 'node:process';

import fc from 'fast-check';

// A run says of the code, not of the dice: every run draws the same inputs. To look for more, name another seed, as
// HALLPASS_TEST_SEED=$RANDOM npm test does; `npm run fuzz` draws new ones each time.
const seed = Number(process.env['HALLPASS_TEST_SEED'] ?? 1);
if (!Number.isInteger(seed)) throw new Error('HALLPASS_TEST_SEED is a whole number');
fc.configureGlobal({ seed });
