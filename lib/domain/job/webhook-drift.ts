import { MINUTE_MS } from '../clock.ts';

/** A webhook as DEAR holds it. DEAR gives no token back, so which token it sends shows only when it calls. */
export interface RegisteredWebhook {
  readonly id: string;
  /** `Sale/OrderAuthorised` … */
  readonly type: string;
  readonly isActive: boolean;
  readonly url: string;
  readonly hasBearer: boolean;
}

/** The stored state of each webhook of ours: its id, and when it was last seen in order (ISO UTC). By its type. */
export type OurWebhooks = Readonly<Record<string, { readonly id: string; readonly activeAt: string }>>;

export interface WebhookDrift<Held> {
  readonly type: string;
  /**
   * `inactive`: DEAR switched it off after six failures, or a person did. `changed`: another address, or no token.
   * `deleted`: it was ours and is gone. `never subscribed`: there was none yet.
   */
  readonly kind: 'inactive' | 'changed' | 'deleted' | 'never subscribed';
  /** Null where DEAR has none. */
  readonly held: Held | null;
}

interface WebhookComparison<Held> {
  readonly inOrder: readonly Held[];
  readonly drifts: readonly WebhookDrift<Held>[];
}

/**
 * Compares DEAR's webhooks with the ones that the bridge needs. Ours are those with our address, or with the id of one that had
 * it. Another bridge on the same DEAR account has other addresses, and its webhooks are left alone.
 * @param url ours, for every type
 */
export function compareWebhooks<Held extends RegisteredWebhook>(
  types: readonly string[],
  url: string,
  held: readonly Held[],
  ours: OurWebhooks,
): WebhookComparison<Held> {
  const inOrder: Held[] = [];
  const drifts: WebhookDrift<Held>[] = [];
  for (const type of types) {
    const own = held.filter((one) => one.type === type && (one.url === url || one.id === ours[type]?.id));
    const good = own.find((one) => one.isActive && one.url === url && one.hasBearer);
    if (good !== undefined) inOrder.push(good);
    else drifts.push(findDrift(type, own[0] ?? null, ours));
  }
  return { inOrder, drifts };
}

function findDrift<Held extends RegisteredWebhook>(
  type: string,
  held: Held | null,
  ours: OurWebhooks,
): WebhookDrift<Held> {
  if (held === null) return { type, kind: type in ours ? 'deleted' : 'never subscribed', held };
  return { type, kind: held.isActive ? 'changed' : 'inactive', held };
}

/** DEAR's six attempts: after 1, 5, 10, 15, 20 and 25 minutes, each from the one before. It is switched off only then. */
const ATTEMPTS_TAKE_MS = 76 * MINUTE_MS;
/** How often webhooks are looked at. */
const CHECKED_EVERY_MS = 60 * MINUTE_MS;

/**
 * Since when events of the types may be missing, in ms since the epoch: DEAR's attempts take that long before it
 * switches a webhook off, which may have been right after it was last seen active.
 */
export function silentSince(types: readonly string[], ours: OurWebhooks, now: number): number {
  const seen = types.map((type) => {
    const webhook = ours[type];
    return webhook === undefined ? now - CHECKED_EVERY_MS : Date.parse(webhook.activeAt);
  });
  return Math.min(...seen, now) - ATTEMPTS_TAKE_MS;
}
