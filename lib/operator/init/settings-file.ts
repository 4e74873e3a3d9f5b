import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { SHIPSTATION_URL } from '../../providers/shipstation-v2/settings.ts';
import { parseSettings } from '../../settings/define-config.ts';
import { DEAR_URL } from '../../settings/schema.ts';
import { Refused } from '../refusals.ts';
import type { Answers } from './answers.ts';

type Facts = Omit<Answers, 'credentials'>;

/**
 * The text of a `bridge.config.ts` for the answers, checked as every settings file is.
 * @throws {ConfigurationError} an answer cannot be used
 */
export function settingsText(facts: Facts): string {
  const dear = facts.dearUrl === DEAR_URL ? {} : { baseUrl: facts.dearUrl };
  const connection = {
    id: facts.connection,
    provider: 'shipstation-v2',
    ...(facts.shipStationUrl !== SHIPSTATION_URL && { baseUrl: facts.shipStationUrl }),
    location: facts.location,
    warehouseId: facts.warehouseId,
  };
  parseSettings({ dear, connections: [connection] }, 'What was answered');
  return [
    "import { defineConfig } from './lib/settings/define-config.ts';",
    '',
    '/** Every other setting has a default; docs/settings.md lists them. */',
    'export default defineConfig({',
    `  dear: ${objectText(dear)},`,
    '  connections: [',
    '    {',
    ...Object.entries(connection).map(([key, value]) => `      ${key}: ${quoted(value)},`),
    '    },',
    '  ],',
    '});',
    '',
  ].join('\n');
}

/** @throws {Refused} the file is there, and `force` is not given */
export async function writeSettings(file: string, text: string, force: boolean): Promise<void> {
  if (existsSync(file) && !force) {
    throw new Refused(`${file} is there already. Write over it with --force, or look first with --dry-run`);
  }
  await writeFile(file, text);
}

function objectText(object: Readonly<Record<string, string>>): string {
  const entries = Object.entries(object).map(([key, value]) => `${key}: ${quoted(value)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** A location may have an apostrophe. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
