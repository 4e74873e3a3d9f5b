import * as z from 'zod';
import { ApiError } from './errors.ts';
import type { LineRow, OrderRow, WarehouseState } from './state.ts';

const reference = z.string().min(1).max(50);
const line = z.looseObject({
  key: z.string().min(1),
  sku: z.string().trim().min(1, 'A line needs a SKU.'),
  quantity: z.number().positive(),
});
const address = z.looseObject({
  line1: z.string().min(1),
  country: z.string().regex(/^[A-Z]{2}$/, 'The country has to be of ISO 3166-1.'),
});
const order = z
  .looseObject({ reference, shipTo: address, lines: z.array(line).min(1) })
  .refine(
    ({ lines }) => new Set(lines.map(({ key }) => key)).size === lines.length,
    'Two lines have one key.',
  );
const TYPES = ['order.submitted', 'order.changed', 'order.cancelled'] as const;
const envelope = z.looseObject({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.looseObject({ reference }),
});

type Order = z.infer<typeof order>;

/** Carries out a message of the bridge. @returns the order afterwards */
export function receive(state: WarehouseState, json: unknown, now: number): OrderRow {
  const parsed = envelope.safeParse(json);
  if (!parsed.success) throw new ApiError(400, 'invalid_message', z.prettifyError(parsed.error));
  const { type, data } = parsed.data;
  if (!TYPES.some((known) => known === type))
    throw new ApiError(400, 'unknown_type', `Messages of type ${type} are not known.`);
  const changedAt = new Date(now).toISOString();
  if (type === 'order.cancelled') return cancel(state, data.reference, changedAt);
  const checked = order.safeParse(data);
  if (!checked.success) throw new ApiError(422, 'invalid_order', z.prettifyError(checked.error));
  return type === 'order.submitted'
    ? submit(state, checked.data, changedAt)
    : change(state, checked.data, changedAt);
}

/** Whether staff refuse this message, because they are packing the order. They do so once. */
export function takeRefusal({ settings }: WarehouseState, json: unknown): boolean {
  const isRefused =
    settings.refusesNextCancellation && envelope.safeParse(json).data?.type === 'order.cancelled';
  if (isRefused) settings.refusesNextCancellation = false;
  return isRefused;
}

function submit(state: WarehouseState, submitted: Order, changedAt: string): OrderRow {
  const content = JSON.stringify(submitted);
  const known = state.orders.find((row) => row.reference === submitted.reference);
  if (known !== undefined) {
    if (known.content === content) return known;
    throw new ApiError(409, 'reference_taken', `${submitted.reference} is another order here.`);
  }
  const row: OrderRow = {
    reference: submitted.reference,
    status: 'open',
    heldUntil: '',
    changedAt,
    content,
    street: submitted.shipTo.line1,
    lines: toLines(submitted),
  };
  state.orders.push(row);
  return row;
}

function toLines({ lines }: Order): LineRow[] {
  return lines.map(({ key, sku, quantity }) => ({ key, sku, quantity, shipped: 0 }));
}

function change(state: WarehouseState, changed: Order, changedAt: string): OrderRow {
  const row = requireUnshipped(state, changed.reference);
  if (row.status === 'cancelled')
    throw new ApiError(409, 'order_cancelled', `${row.reference} is cancelled.`);
  return Object.assign(row, {
    changedAt,
    content: JSON.stringify(changed),
    street: changed.shipTo.line1,
    lines: toLines(changed),
  });
}

function cancel(state: WarehouseState, wanted: string, changedAt: string): OrderRow {
  const row = requireUnshipped(state, wanted);
  return row.status === 'cancelled' ? row : Object.assign(row, { status: 'cancelled', changedAt });
}

function requireUnshipped(state: WarehouseState, wanted: string): OrderRow {
  const row = getOrder(state, wanted);
  if (row.status === 'shipped' || row.lines.some(({ shipped }) => shipped > 0))
    throw new ApiError(409, 'too_late', `Goods of ${wanted} have left.`);
  return row;
}

export function getOrder(state: WarehouseState, wanted: string): OrderRow {
  const row = state.orders.find((one) => one.reference === wanted);
  if (row === undefined) throw new ApiError(404, 'order_not_found', `There is no order ${wanted}.`);
  return row;
}
