import type * as z from 'zod';
import { EXAMPLES } from './examples.ts';
import { type Settings, type SettingsInput, settingsSchema } from './schema.ts';

/** A configuration that cannot be used. Its message lists every mistake: which key, what is wrong, an example of right. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Gives `bridge.config.ts` its types. Checks nothing yet: `parseSettings` does, with the file's name at hand. */
export function defineConfig(settings: SettingsInput): SettingsInput {
  return settings;
}

/**
 * @param source where the settings come from, for the message
 * @throws {ConfigurationError} naming every mistake at once
 */
export function parseSettings(input: unknown, source: string): Settings {
  // Without the input zod cannot tell a missing key from a wrong one.
  const result = settingsSchema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const mistakes = result.error.issues.flatMap(explain).map((line) => `  - ${line}`);
  throw new ConfigurationError(`${source} cannot be used:\n${mistakes.join('\n')}`);
}

function explain(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${pathOf([...issue.path, key])} is not a setting${exampleOf(issue.path)}`,
    );
  }
  return [`${pathOf(issue.path) || 'the configuration'} ${wordsOf(issue)}${exampleOf(issue.path)}`];
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.input === undefined && issue.code === 'invalid_type') return 'is missing';
  return `is wrong (${issue.message})`;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}

/** The example of the nearest key that has one. */
function exampleOf(path: readonly PropertyKey[]): string {
  const keys = path.filter((part) => typeof part !== 'number').map(String);
  for (let length = keys.length; length >= 0; length -= 1) {
    const example = EXAMPLES[keys.slice(0, length).join('.')];
    if (example !== undefined) return `; for example: ${example}`;
  }
  return '';
}
