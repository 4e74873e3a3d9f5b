import { NotDone, Rejected } from '../../domain/errors.ts';
import type { OrderContent } from '../../domain/order/order-content.ts';
import type { ProviderBox } from '../../domain/ports/provider-box.ts';
import type {
  AcceptedOrder,
  Cancels,
  ListsCatalogue,
  OtherOrder,
  Provider,
  ReportsOrders,
  ReportsStock,
  ShowsOtherOrders,
  Updates,
} from '../provider.ts';
import { type HttpClient, type HttpClientOptions, httpClient } from './client.ts';
import type { OrderState } from './contract.ts';
import { isSameGoods, toParts, toWireOrder } from './order-mapper.ts';
import type { HttpSettings, Part } from './settings.ts';
import { listedShipments, sentShipments } from './shipments.ts';

interface HttpProviderOptions extends Omit<HttpClientOptions, 'baseUrl'> {
  readonly settings: Pick<HttpSettings, 'baseUrl' | 'parts' | 'shipments'>;
  readonly box: ProviderBox;
}

type HttpProvider = Provider &
  ShowsOtherOrders &
  Partial<Cancels & Updates & ReportsOrders & ReportsStock & ListsCatalogue> & { close(): Promise<void> };

/** A warehouse by our own contract, with the parts of it that the settings declare. Its id of an order is our reference. */
export function httpProvider({ settings, box, ...options }: HttpProviderOptions): HttpProvider {
  const { baseUrl, parts, shipments } = settings;
  const { system, pageSize, now } = options;
  const client = httpClient({ ...options, baseUrl });
  const offers = (part: Part) => parts.includes(part);
  return {
    submit: async (order) => toAccepted(await client.send('order.submitted', toWireOrder(order))),
    async find(reference) {
      const order = await client.order(reference);
      return order === null ? [] : [toAccepted(order)];
    },
    async ordersNumbered(number) {
      const order = await client.order(number);
      return order === null ? [] : [toOtherOrder(order)];
    },
    shipmentsSince: (cursor) =>
      shipments === 'sent'
        ? sentShipments(cursor, box.inbox, pageSize)
        : listedShipments(cursor, client, now),
    ...(offers('change') && { update: toUpdate(client, system) }),
    ...(offers('cancel') && { cancel: toCancel(client, system) }),
    ...(offers('status') && reportOrders(client)),
    ...(offers('stock') && reportStock(client)),
    close: () => client.close(),
  };
}

function toAccepted({ reference, status }: OrderState): AcceptedOrder {
  return { providerOrderId: reference, cancelled: status === 'cancelled' };
}

/** The contract shows neither the address nor the service of an order. */
function toOtherOrder(order: OrderState): OtherOrder {
  const { reference, status, lines } = order;
  return {
    providerOrderId: reference,
    reference,
    state: status === 'cancelled' ? 'cancelled' : (toParts(order).at(-1)?.state ?? 'unknown'),
    goods: lines.map(({ sku, quantity }) => ({ sku, quantity })),
    shipTo: { line1: '', postcode: '' },
    method: '',
    createdAt: '',
  };
}

function toUpdate(client: HttpClient, system: string): Updates['update'] {
  const operation = 'change order';
  return async (providerOrderId, order, candidates) => {
    const { reference } = order;
    const refuse = (upstreamMessage: string) =>
      new Rejected({ system, operation, reference, upstreamMessage });
    const held = await client.order(reference);
    if (held === null || providerOrderId !== reference) throw refuse('The warehouse has no such order.');
    const isOneOf = (known: readonly OrderContent[]) =>
      known.some(({ lines }) => isSameGoods(lines, held.lines));
    if (!isOneOf(candidates)) throw refuse('The warehouse holds other goods than were sent.');
    const { lines } = await client.send('order.changed', toWireOrder(order));
    if (!isSameGoods(lines, order.lines)) throw new NotDone({ system, operation, reference });
  };
}

function toCancel(client: HttpClient, system: string): Cancels['cancel'] {
  return async (_, reference) => {
    const { status } = await client.send('order.cancelled', { reference });
    if (status !== 'cancelled') throw new NotDone({ system, operation: 'cancel order', reference });
  };
}

function reportOrders(client: HttpClient): ReportsOrders {
  return {
    async *openOrders() {
      for await (const page of client.unshippedOrders())
        yield page.flatMap((order) =>
          toParts(order)
            .filter(({ state }) => state !== 'left' && state !== 'cancelled')
            .map((part) => ({ reference: order.reference, part })),
        );
    },
    async orderParts(_, reference) {
      const order = await client.order(reference);
      return order === null ? [] : toParts(order);
    },
  };
}

/** The list of stock has every product that the warehouse knows. */
function reportStock(client: HttpClient): ReportsStock & ListsCatalogue {
  return {
    async *stock() {
      for await (const page of client.stock())
        yield page.map(({ sku, onHand, batch, expiry }) => ({ sku, onHand, batch, expiry }));
    },
    async *catalogue() {
      for await (const page of client.stock()) yield page.map(({ sku, name }) => ({ sku, name }));
    },
  };
}
