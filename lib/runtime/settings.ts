import { type Settings, settingsSchema } from '../settings/schema.ts';
import { readSettingsFile } from './receiver-settings.ts';

/** The settings that were delivered beside the function's code: validated at synth, parsed again as any file is. */
export function deliveredSettings(beside: string): Settings {
  return settingsSchema.parse(readSettingsFile(beside));
}
