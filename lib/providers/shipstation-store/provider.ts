import type { Clock } from '../../domain/clock.ts';
import { REFERENCE_TAKEN, Rejected } from '../../domain/errors.ts';
import type { OrderContent } from '../../domain/order/order-content.ts';
import type { OutboxEntry, ProviderBox } from '../../domain/ports/provider-box.ts';
import type { Cancels, Holds, Provider, Updates } from '../provider.ts';
import { toGoods, toOrderXml } from './order-xml.ts';
import { reportShipments } from './report-shipments.ts';
import type { ShipStationStoreSettings } from './settings.ts';

interface ShipStationStoreOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: Pick<ShipStationStoreSettings, 'shipFrom' | 'costCurrency'>;
  readonly box: ProviderBox;
  readonly now: Clock;
  /** Notices of a page. */
  readonly pageSize?: number;
}

type ShipStationStore = Provider & Cancels & Updates & Holds & { close(): Promise<void> };

/**
 * ShipStation as a service that fetches: an order is accepted once it is in the outbox, and what ShipStation sends is read from the
 * inbox. No method calls ShipStation. An order's id there is its reference.
 */
export function shipStationStore({
  system,
  settings,
  box,
  now,
  pageSize,
}: ShipStationStoreOptions): ShipStationStore {
  const toXml = (order: OrderContent) =>
    toOrderXml(order, { system, shipFrom: settings.shipFrom ?? '', now: now() });
  const refusal = (operation: string, reference: string, upstreamMessage: string, code?: string) =>
    new Rejected({ system, operation, reference, upstreamMessage, ...(code !== undefined && { code }) });
  const requireOpen = (operation: string, reference: string, entry: OutboxEntry | null): OutboxEntry => {
    if (entry === null) throw refusal(operation, reference, EXPIRED);
    if (entry.leftAt !== '') throw refusal(operation, reference, LEFT);
    return entry;
  };
  return {
    async submit(order) {
      const { reference } = order;
      const body = toXml(order);
      await box.outbox.change(reference, (current) => {
        const isNew = current === null || (current.isCancelled && current.fetchedAt === '');
        if (!isNew && (current.body !== body || current.isCancelled))
          throw refusal('serve order', reference, TAKEN, REFERENCE_TAKEN);
        return isNew ? { body, isCancelled: false, isHeld: false } : null;
      });
      return { providerOrderId: reference, cancelled: false };
    },

    async find(reference) {
      const entry = await box.outbox.read(reference);
      return entry === null ? [] : [{ providerOrderId: reference, cancelled: entry.isCancelled }];
    },

    async update(providerOrderId, order, candidates) {
      const operation = 'update order';
      if (providerOrderId !== order.reference) throw refusal(operation, order.reference, EXPIRED);
      const body = toXml(order);
      const known = [body, ...candidates.map(toXml)].map(toGoods);
      await box.outbox.change(providerOrderId, (current) => {
        const entry = requireOpen(operation, providerOrderId, current);
        if (entry.isCancelled) throw refusal(operation, providerOrderId, CANCELLED);
        if (!known.includes(toGoods(entry.body))) throw refusal(operation, providerOrderId, OTHER_GOODS);
        return entry.body === body ? null : { body, isCancelled: false, isHeld: entry.isHeld };
      });
    },

    async cancel(providerOrderId) {
      const cancelled = await box.outbox.change(providerOrderId, (current) => {
        const { body, isCancelled } = requireOpen('cancel order', providerOrderId, current);
        return isCancelled ? null : { body, isCancelled: true, isHeld: false };
      });
      return cancelled?.fetchedAt === '' ? undefined : 'unacknowledged';
    },

    async hold(providerOrderId, _, until) {
      const operation = 'hold order';
      if (until !== null) throw refusal(operation, providerOrderId, NO_DATE);
      const held = await box.outbox.change(providerOrderId, (current) => {
        const { body, isCancelled, isHeld } = requireOpen(operation, providerOrderId, current);
        if (isCancelled) throw refusal(operation, providerOrderId, CANCELLED);
        return isHeld ? null : { body, isCancelled, isHeld: true };
      });
      return held?.fetchedAt === '' ? undefined : 'unacknowledged';
    },

    async release(providerOrderId) {
      const operation = 'release order';
      await box.outbox.change(providerOrderId, (current) => {
        if (current === null) throw refusal(operation, providerOrderId, EXPIRED);
        const { body, isCancelled, isHeld } = current;
        if (isCancelled) throw refusal(operation, providerOrderId, CANCELLED);
        return isHeld ? { body, isCancelled, isHeld: false } : null;
      });
    },

    shipmentsSince: (cursor) => reportShipments(cursor, { box, currency: settings.costCurrency, pageSize }),
    close: async () => undefined,
  };
}

const TAKEN = 'The store already serves an order under this reference';
const CANCELLED = 'ShipStation was told that the order is cancelled';
const OTHER_GOODS = 'The store serves other goods than the bridge has sent';
const NO_DATE =
  'A store has no date until which ShipStation holds an order. Hold it without one, and release it later';
const LEFT = 'ShipStation has sent a notice that a parcel of it left';
const EXPIRED =
  'The store keeps it no longer, as its personal data have expired. Change it in ShipStation by hand';
