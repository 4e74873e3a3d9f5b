import * as z from 'zod';
import { readSettingsFile } from './settings-file.ts';

/** All that receiving a webhook needs to know of the settings; the rest was checked at synth. */
const receiverSettings = z.object({
  dear: z.object({ webhookAddresses: z.array(z.string()) }),
  connections: z.array(
    z.object({
      id: z.string(),
      provider: z.literal('shipstation-v2'),
      baseUrl: z.string(),
      jwksUrl: z.string().exactOptional(),
    }),
  ),
});

/**
 * The receiver's part of the delivered settings. Building the whole schema takes 12 ms of a cold start, and DEAR waits for
 * this function alone.
 */
export function deliveredReceiverSettings(beside: string): z.infer<typeof receiverSettings> {
  return receiverSettings.parse(readSettingsFile(beside));
}
