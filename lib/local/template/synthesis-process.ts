import { once } from 'node:events';
import { synthesise } from '../../infra/synthesise.ts';

/** Synthesises what its parent sends, once; an error ends the process, and its stack is on stderr. */
const [options] = await once(process, 'message');
process.send?.(await synthesise(options), () => process.disconnect());
