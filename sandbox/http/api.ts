import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { findUnprintable } from '../kit/text.ts';
import type { Timeline } from '../kit/timeline.ts';
import { ApiError } from './errors.ts';
import { getOrder, receive, takeRefusal } from './order-rules.ts';
import type { OrderRow, Warehouse, WarehouseState } from './state.ts';

const MAX_MESSAGE_BYTES = 256 * 1024;

/** The contract's paths of the warehouse. */
export function contractApi(warehouse: Warehouse, timeline: Timeline): Hono {
  return new Hono()
    .post('/orders', async (c) => {
      const json = parse(await c.req.text());
      if (warehouse.change((state) => takeRefusal(state, json)))
        throw new ApiError(409, 'too_late', 'The order is being packed.');
      const order = warehouse.change((state) => receive(state, json, timeline.now()));
      return c.json(toJson({ order: shownOrder(warehouse.state(), order) }));
    })
    .get('/orders', (c) => {
      if (c.req.query('status') !== 'unshipped')
        throw new ApiError(400, 'invalid_message', 'The status has to be unshipped.');
      const state = warehouse.state();
      const rows = state.orders.filter(({ status }) => status === 'open' || status === 'held');
      return c.json(
        toJson(
          toPage(
            c,
            'orders',
            rows.map((row) => shownOrder(state, row)),
          ),
        ),
      );
    })
    .get('/orders/:reference', (c) => {
      const state = warehouse.state();
      return c.json(toJson({ order: shownOrder(state, getOrder(state, c.req.param('reference'))) }));
    })
    .get('/shipments', (c) => {
      const since = sinceQuery.parse(c.req.query('since'));
      const { shipments, settings } = warehouse.state();
      const rows = shipments
        .filter(({ changedAt }) => since === undefined || Date.parse(changedAt) >= Date.parse(since))
        .toSorted((a, b) => a.changedAt.localeCompare(b.changedAt))
        .map((row) => ({ ...row, ...settings.oddFields[row.id] }));
      return c.json(toJson(toPage(c, 'shipments', rows)));
    })
    .get('/stock', (c) => {
      const { stock, settings } = warehouse.state();
      if (settings.isStockClosed) throw new ApiError(501, 'not_implemented', 'Stock is not offered.');
      const rows = stock.filter(({ place }) => place !== 'elsewhere');
      return c.json(
        toJson(
          toPage(
            c,
            'rows',
            rows.map(({ sku, onHand }) => ({ sku, onHand, batch: '', expiry: '' })),
          ),
        ),
      );
    })
    .all('*', () => {
      throw new ApiError(501, 'not_implemented', 'There is nothing at this path.');
    });
}

const sinceQuery = z.iso.datetime({ offset: true }).optional();
const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(100),
  page: z.coerce.number().int().min(1).default(1),
});

function toPage(c: Context, name: string, all: readonly object[]): object {
  const { limit, page } = pageQuery.parse(c.req.query());
  const rows = all.slice((page - 1) * limit, page * limit);
  return { [name]: rows, next: page * limit < all.length ? String(page + 1) : '' };
}

/** As many libraries write it: null for what has no value. */
export function toJson(value: object): object {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (part === '' ? null : part)));
}

/** As answers show it, with the fields that a test has made odd. */
function shownOrder({ settings }: WarehouseState, order: OrderRow): object {
  const { reference, status, heldUntil, changedAt, lines } = order;
  return { reference, status, heldUntil, changedAt, lines, ...settings.oddFields[reference] };
}

function parse(text: string): unknown {
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES)
    throw new ApiError(413, 'too_large', 'A message has at most 256 KB.');
  const json = parseJson(text);
  const unprintable = findUnprintable(json);
  if (unprintable === null) return json;
  throw new ApiError(422, 'invalid_order', `${unprintable} holds a control character.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'invalid_message', 'The body is not JSON.');
  }
}
