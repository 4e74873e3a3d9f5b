import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError, parseSettings } from './define-config.ts';
import type { Settings } from './schema.ts';

/**
 * Reads `bridge.config.ts`, or the file that `BRIDGE_CONFIG` names, from the project's root.
 * @throws {ConfigurationError} where the file is missing, has no default export, or holds a mistake
 */
export async function loadSettings(
  path = process.env.BRIDGE_CONFIG ?? 'bridge.config.ts',
): Promise<Settings> {
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new ConfigurationError(
      `${path} does not exist`,
      'Copy bridge.config.example.ts, or name another file: BRIDGE_CONFIG=path',
    );
  }
  const module = await loadModule(file, path);
  if (module.default === undefined) {
    throw new ConfigurationError(
      `${path} has no default export; for example: export default defineConfig({ … })`,
    );
  }
  return parseSettings(module.default, path);
}

async function loadModule(file: string, path: string): Promise<{ default?: unknown }> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw new ConfigurationError(`${path} cannot be loaded: ${explain(error, file)}`);
  }
}

/** In one sentence, with the line where it is known. The trace names only the loader. */
function explain(error: unknown, file: string): string {
  if (!(error instanceof Error)) return String(error);
  const [first = ''] = error.message.split('\n');
  const at = error.stack?.match(new RegExp(`${RegExp.escape(file)}:(\\d+)`))?.[1];
  const isSyntax = error.name === 'SyntaxError';
  return `${isSyntax ? 'a syntax error' : first}${at === undefined ? '' : ` in line ${at}`}${isSyntax ? `: ${first}` : ''}`;
}
