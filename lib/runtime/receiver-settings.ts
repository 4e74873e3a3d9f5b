import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** The JSON that was delivered beside a function's code, not yet parsed. @param beside `import.meta.url` of the function */
export function readSettingsFile(beside: string): unknown {
  return JSON.parse(readFileSync(new URL('./settings.json', beside), 'utf8'));
}

/** All that answering a call from outside needs to know of the settings; the rest was checked at synth. */
const receiverSettings = z.object({
  personalDataDays: z.number(),
  dear: z.object({ webhookAddresses: z.array(z.string()) }),
  connections: z.array(
    // With the settings of its provider, which the provider's definition checks.
    z.looseObject({ id: z.string(), provider: z.string() }),
  ),
});

export type ReceiverConnection = z.infer<typeof receiverSettings>['connections'][number];

/**
 * The receiver's part of the delivered settings. Building the whole schema takes 12 ms of a cold start, and DEAR waits for
 * this function alone.
 */
export function readReceiverSettings(beside: string): z.infer<typeof receiverSettings> {
  return receiverSettings.parse(readSettingsFile(beside));
}
