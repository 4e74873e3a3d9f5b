import type { Query } from '../../../lib/providers/shipstation-v2/client.ts';
import type { CollectionNeeds } from '../../../lib/providers/shipstation-v2/collect-shipments.ts';
import { fulfillment, type Label, label, shipment } from '../../../lib/providers/shipstation-v2/schemas.ts';

export const MINUTE = 60_000;
export const NOON = Date.UTC(2026, 0, 5, 12);
/** A moment so many minutes after noon. */
export const at = (minutes: number) => new Date(NOON + minutes * MINUTE).toISOString();

/** An account in memory: what its lists would give, and which queries it was asked. */
export function account() {
  const labels: Label[] = [];
  const asked: Query[] = [];
  const shipmentsRead: string[] = [];
  let callsLeft = Number.POSITIVE_INFINITY;
  const spend = () => {
    callsLeft -= 1;
    if (callsLeft < 0) throw new Error('rate limit');
  };
  const client: CollectionNeeds['client'] = {
    labels: async (query: Query) => {
      spend();
      asked.push(query);
      const since = labels.filter(
        (row) => Date.parse(row.created_at) >= Date.parse(String(query.created_at_start)),
      );
      const size = Number(query.page_size);
      const page = Number(query.page);
      const rows = since.slice((page - 1) * size, page * size);
      return { page, pages: Math.ceil(since.length / size), total: since.length, rows };
    },
    fulfillments: async (query: Query) => {
      spend();
      asked.push(query);
      return { page: 1, pages: 1, total: 1, rows: [theFulfillment] };
    },
    shipment: async (id: string) => {
      spend();
      shipmentsRead.push(id);
      const item = { sku: 'CUP', quantity: 1, external_order_item_id: 'line-1' };
      return shipment.parse({
        shipment_id: id,
        shipment_status: 'label_purchased',
        external_order_id: `SO-${id}`,
        items: [item],
      });
    },
  };
  return {
    client,
    asked,
    shipmentsRead,
    allow: (calls: number) => {
      callsLeft = calls;
    },
    add: (minutes: number, overrides: object = {}) => {
      const id = `se-${labels.length + 1}`;
      const row = {
        label_id: id,
        shipment_id: id,
        status: 'completed',
        created_at: at(minutes),
        ...overrides,
      };
      labels.push(label.parse(row));
      labels.sort((a, b) => a.created_at.localeCompare(b.created_at));
      return id;
    },
    change: (id: string, changes: Partial<Label>) => {
      Object.assign(labels.find((row) => row.label_id === id)!, changes);
    },
  };
}

const theFulfillment = fulfillment.parse({
  fulfillment_id: 'se-9',
  shipment_id: 'se-900',
  created_at: at(0),
  voided: true,
});
