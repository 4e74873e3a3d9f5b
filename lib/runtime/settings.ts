import { readFileSync } from 'node:fs';
import { type Settings, settingsSchema } from '../settings/schema.ts';

/** The settings that were delivered beside the function's code: validated at synth, parsed again as any file is. */
export function deliveredSettings(beside: string): Settings {
  return settingsSchema.parse(JSON.parse(readFileSync(new URL('./settings.json', beside), 'utf8')));
}
