/** Recovers the one session in DIRECTORY and says what came of it. */
import process from 'node:process';

import { sessionsIn } from './recorded-session.ts';

const [directory = ''] = process.argv.slice(2);
const sessions = sessionsIn(directory);
const [id = ''] = sessions.ids();
process.stdout.write(await sessions.recover(id));
