import type { Query, ShipStationClient } from '../../../lib/providers/shipstation-v2/client.ts';
import {
  type Fulfillment,
  fulfillment,
  type Label,
  label,
  shipment,
} from '../../../lib/providers/shipstation-v2/schemas.ts';
import type { CountedPage } from '../../../lib/upstream/paging.ts';

export const MINUTE = 60_000;
export const NOON = Date.UTC(2026, 0, 5, 12);
/** A time this many minutes after noon. */
export const at = (minutes: number) => new Date(NOON + minutes * MINUTE).toISOString();

export type AccountClient = Pick<
  ShipStationClient,
  'label' | 'labels' | 'fulfillments' | 'shipment' | 'shipments' | 'warehouses'
>;

/** An account in memory: the rows of its lists, and the queries that it received. */
export function account() {
  const labels: Label[] = [];
  const fulfillments: Fulfillment[] = [];
  const asked: Asked = { labels: [], voidedLabels: [], fulfillments: [] };
  const shipmentsRead: string[] = [];
  const listed: Query[] = [];
  let isListed = false;
  const shipmentChanges = new Map<string, object>();
  let callsLeft = Number.POSITIVE_INFINITY;
  const spend = () => {
    callsLeft -= 1;
    if (callsLeft < 0) throw new Error('rate limit');
  };
  const client: AccountClient = {
    labels: async (query: Query) => {
      spend();
      const onlyVoided = query.label_status === 'voided';
      asked[onlyVoided ? 'voidedLabels' : 'labels'].push(query);
      const rows = labels.filter((row) => !onlyVoided || row.voided);
      return toPage(since(rows, query.created_at_start), query);
    },
    fulfillments: async (query: Query) => {
      spend();
      asked.fulfillments.push(query);
      return toPage(since(fulfillments, query.create_date_start), query);
    },
    warehouses: async () => {
      spend();
      return [];
    },
    label: async (id: string) => {
      spend();
      return labels.find(({ label_id }) => label_id === id) ?? null;
    },
    shipments: async (query: Query) => {
      spend();
      if (query.shipment_status !== undefined) {
        listed.push(query);
        return toPage(isListed ? labels.map((row) => getShipment(row.shipment_id)) : [], query);
      }
      const row = getShipment(String(query.external_shipment_id));
      return toPage([row], query);
    },
    shipment: async (id: string) => {
      spend();
      shipmentsRead.push(id);
      return getShipment(id);
    },
  };
  function getShipment(id: string) {
    const item = { sku: 'CUP', quantity: 1, external_order_item_id: 'line-1' };
    return shipment.parse({
      shipment_id: id,
      shipment_status: 'label_purchased',
      external_shipment_id: id,
      external_order_id: `SO-${id}`,
      items: [item],
      ...shipmentChanges.get(id),
    });
  }
  return {
    client,
    asked,
    shipmentsRead,
    /** Queries of the list of shipments, which is empty by default. */
    listed,
    listShipments: () => {
      isListed = true;
    },
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
    addFulfillment: (minutes: number, overrides: object = {}) => {
      const id = `se-${900 + fulfillments.length}`;
      const row = { fulfillment_id: id, shipment_id: id, created_at: at(minutes), ...overrides };
      fulfillments.push(fulfillment.parse(row));
      return id;
    },
    voidFulfillment: (id: string) => {
      Object.assign(fulfillments.find((row) => row.fulfillment_id === id)!, { voided: true });
    },
    changeShipment: (id: string, changes: object) => {
      shipmentChanges.set(id, changes);
    },
  };
}

interface Asked {
  readonly labels: Query[];
  readonly voidedLabels: Query[];
  readonly fulfillments: Query[];
}

function since<Row extends { readonly created_at: string }>(rows: readonly Row[], start: unknown): Row[] {
  return rows.filter((row) => Date.parse(row.created_at) >= Date.parse(String(start)));
}

function toPage<Row>(all: readonly Row[], query: Query): CountedPage<Row> {
  const size = Number(query.page_size);
  const page = Number(query.page);
  const rows = all.slice((page - 1) * size, page * size);
  return { page, pages: Math.ceil(all.length / size), total: all.length, rows, unreadable: [] };
}
