import { jwksUrlOf } from '../providers/shipstation-v2/settings.ts';
import type { Settings } from '../settings/schema.ts';

/** The hosts that the settings name: those of DEAR and of the providers, which functions may call. */
export function hostsNamedIn(settings: Settings): string[] {
  const urls = [
    settings.dear.baseUrl,
    ...settings.connections.flatMap((connection) => [connection.baseUrl, jwksUrlOf(connection)]),
  ];
  return urls.map((url) => new URL(url).hostname);
}
