import { readFileSync } from 'node:fs';
import { UserError } from '../../lib/domain/errors.ts';
import { startHost } from '../../local/host.ts';
import type { HostOrder } from './killed-host.ts';

/** The local system in a process of its own, which is killed. It tells its parent when it is ready. */
const order: HostOrder = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const { settings, stateDirectory, ports, built } = order;
// Its terminal is closed first where the parent ends.
process.on('disconnect', () => process.exit());
try {
  const host = await startHost({
    settings,
    stateDirectory,
    ports,
    ...(built !== null && { build: async () => built }),
    onLine: (line) => void process.stdout.write(`${line}\n`),
  });
  process.on('message', async () => {
    await host.stop();
    process.exit();
  });
  process.send?.('ready');
} catch (error) {
  process.stderr.write(
    `${error instanceof UserError ? error.message : error instanceof Error ? error.stack : error}\n`,
  );
  process.exit(1);
}
