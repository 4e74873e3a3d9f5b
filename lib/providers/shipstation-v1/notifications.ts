import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { notificationKind } from '../notification-kind.ts';
import type { NotificationVerdict, NotificationVerifier } from '../provider.ts';
import type { ShipStationV1Secret } from './settings.ts';

const TOKEN_PARAMETER = 'token';
const PURPOSE = 'shipstation-v1 webhooks';
/** Half of a SHA-256: ShipStation limits the length of addresses. */
const TOKEN_LENGTH = 32;

const notification = z.looseObject({ resource_type: notificationKind });

/**
 * The token in our webhook's address. V1 does not sign its webhooks, so the address itself has to be a secret. It is derived
 * from the credentials, so that it need not be copied, and does not disclose them.
 */
function getWebhookToken({ apiSecret }: Pick<ShipStationV1Secret, 'apiSecret'>): string {
  return createHmac('sha256', apiSecret.trim()).update(PURPOSE).digest('hex').slice(0, TOKEN_LENGTH);
}

/** Our webhook's address with its token. */
export function withToken(url: string, secret: Pick<ShipStationV1Secret, 'apiSecret'>): string {
  const address = new URL(url);
  address.searchParams.set(TOKEN_PARAMETER, getWebhookToken(secret));
  return address.href;
}

/** The address without its token, for people. */
export function withoutToken(url: string): string {
  if (!URL.canParse(url)) return url;
  const address = new URL(url);
  address.searchParams.delete(TOKEN_PARAMETER);
  return address.href;
}

/**
 * Accepts notifications that have the token. Nothing of the body is used but its kind: the address that it gives is never
 * requested, since our credentials would go there.
 */
export function shipStationV1NotificationVerifier(
  readSecret: () => Promise<ShipStationV1Secret>,
): NotificationVerifier {
  return {
    async verify({ query, rawBody }) {
      const presented = Buffer.from(query[TOKEN_PARAMETER] ?? '');
      const expected = Buffer.from(getWebhookToken(await readSecret()));
      const isOurs = presented.length === expected.length && timingSafeEqual(presented, expected);
      return isOurs ? getKind(rawBody) : refuse('the token in its address is missing or not ours');
    },
  };
}

function getKind(rawBody: string): NotificationVerdict {
  try {
    return { genuine: true, kind: notification.parse(JSON.parse(rawBody)).resource_type };
  } catch {
    return refuse('its body is no notification');
  }
}

function refuse(why: string): NotificationVerdict {
  return { genuine: false, why };
}
