import { expect, it } from 'vitest';
import { isoTime } from '../../lib/domain/clock.ts';
import { OperatorActionNeeded } from '../../lib/domain/errors.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { compareShadow } from '../../operator/cutover.ts';
import { connection } from '../builders/connection.ts';
import { NOW, queuedOrder } from '../builders/order.ts';

const takeover = { state: 'possible', number: '', isPartlyShipped: false } as const;
const replaces = { numbers: ['{sale}'] };
const CONNECTIONS = [connection({ replaces }), connection({ id: 'harbour', replaces })];
const ORDERS = [
  queuedOrder(undefined, { takeover }),
  queuedOrder(undefined, { takeover, reference: 'SO-00043-1', connection: 'harbour' }),
];

async function* listMadeOn(day: string): AsyncIterable<FulfillmentOrder> {
  for (const order of ORDERS) if (order.createdAt.startsWith(day)) yield order;
}

async function* listIgnoredOn(): AsyncIterable<never> {}

it('a shadow report says what it cannot ask of one connection, and goes on with the others', async () => {
  const noKeys = new OperatorActionNeeded({
    system: 'lantern',
    operation: 'look for orders of other carts',
    upstreamMessage: 'Store the keys of the merchant',
  });
  const bridge = {
    orders: { listMadeOn, readContent: async () => null },
    sales: { listIgnoredOn },
    readConnections: async () => CONNECTIONS,
    providerFor: async (id: string) => ({
      ordersNumbered: async () => {
        if (id === 'lantern') throw noKeys;
        return [];
      },
    }),
  } as unknown as Parameters<typeof compareShadow>[0];
  const window = { since: isoTime(NOW - 60_000), until: isoTime(NOW + 60_000) };
  const { rows } = await compareShadow(bridge, window, { after: '', limit: 10 });
  expect(rows.map(({ connection: id, atCutover }) => [id, atCutover])).toEqual([
    [
      'lantern',
      expect.stringMatching(/^It waits, and is not sent: lantern .*Store the keys of the merchant$/),
    ],
    ['harbour', 'Sent by the bridge, unless DEAR shows it shipped by then.'],
  ]);
});
