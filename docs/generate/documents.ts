import { alarmsPage } from './alarms.ts';
import { cliPage } from './cli.ts';
import { limitsPage } from './limits.ts';
import { openApiDocument } from './openapi.ts';
import { providersPage } from './providers.ts';
import { settingsPage } from './settings.ts';

/** Every generated document by its name in `docs/`. */
export async function generatedDocuments(): Promise<Readonly<Record<string, string>>> {
  return {
    'settings.md': settingsPage(),
    'cli.md': cliPage(),
    'alarms.md': alarmsPage(),
    'providers.md': providersPage(),
    'limits.md': await limitsPage(),
    'openapi.json': openApiDocument(),
  };
}
