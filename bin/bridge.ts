#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

/** The operator's command. Node 24 strips the types by itself, and caches what it compiled. */
enableCompileCache();
const [{ run }, { getTerminal }] = await Promise.all([
  import('../operator/cli/run.ts'),
  import('../operator/cli/output.ts'),
]);
process.exitCode = await run(process.argv.slice(2), {
  terminal: getTerminal(process, process.env),
  local: async () => (await import('../local/operated.ts')).localSystem,
});
