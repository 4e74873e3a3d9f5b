import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise, type Template } from '../../lib/infra/synthesise.ts';
import { ENVIRONMENTS } from '../../lib/runtime/environment.ts';
import { type Settings, settingsSchema } from '../../lib/settings/schema.ts';
import type { Stack } from '../../local/template/stack.ts';
import { readStack } from '../../local/template/template.ts';

/** One connection, and every setting at its default. */
export const EXAMPLE_SETTINGS: Settings = settingsSchema.parse({
  connections: [{ id: 'example', provider: 'shipstation-v2', location: '-', warehouseId: 'se-1' }],
});

/** The stack of the example settings: its template, and what the local system reads out of it. */
export async function exampleStack(): Promise<{ readonly stack: Stack; readonly template: Template }> {
  const root = mkdtempSync(join(tmpdir(), 'bridge-docs-'));
  const functionsDirectory = join(root, 'functions');
  for (const name of Object.keys(ENVIRONMENTS)) {
    mkdirSync(join(functionsDirectory, name), { recursive: true });
    writeFileSync(join(functionsDirectory, name, 'index.mjs'), '');
  }
  try {
    const options = { settings: EXAMPLE_SETTINGS, functionsDirectory, outdir: join(root, 'assembly') };
    const { template, stackName } = await synthesise(options);
    const addresses = { sqsUrl: 'http://127.0.0.1', apiUrl: 'http://127.0.0.1' };
    return { template, stack: readStack(template, stackName, addresses) };
  } finally {
    rmSync(root, { recursive: true });
  }
}
