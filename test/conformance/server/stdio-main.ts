// The conformance server on stdio.
import { serveStdio } from '@modelcontextprotocol/server/stdio';

import { makeEverything } from './everything.ts';

serveStdio(() => makeEverything());
