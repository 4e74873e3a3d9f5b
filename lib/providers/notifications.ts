import type { Clock } from '../domain/clock.ts';
import type { NotificationVerifier } from './provider.ts';
import { shipStationNotificationVerifier } from './shipstation-v2/notifications.ts';
import { getJwksUrl, type ShipStationV2Settings } from './shipstation-v2/settings.ts';

/**
 * Creates the verifier of a connection's webhooks. Separate from `registry.ts`, because the webhook function answers while a
 * sender waits and must not load the providers' HTTP client.
 */
export function createNotificationVerifier(
  connection: { readonly id: string } & Pick<ShipStationV2Settings, 'provider' | 'baseUrl' | 'jwksUrl'>,
  deps: { readonly now: Clock; readonly fetch: typeof fetch },
): NotificationVerifier {
  switch (connection.provider) {
    case 'shipstation-v2':
      return shipStationNotificationVerifier({
        system: connection.id,
        jwksUrl: getJwksUrl(connection),
        ...deps,
      });
  }
}
