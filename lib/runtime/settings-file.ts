import { readFileSync } from 'node:fs';

/** The JSON that was delivered beside a function's code, not yet parsed. @param beside `import.meta.url` of the function */
export function readSettingsFile(beside: string): unknown {
  return JSON.parse(readFileSync(new URL('./settings.json', beside), 'utf8'));
}
