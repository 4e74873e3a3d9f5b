import { isVoid } from '../shipment/package.ts';
import { type FulfillmentOrder, HOLDS, type Status } from './fulfillment-order.ts';
import { listHolds } from './holds.ts';
import { type Progress, toProgress } from './progress.ts';
import { WAITING_FOR, type WaitingFor, waitingFor } from './transitions.ts';

/** What lists of orders are filtered and sorted by, without reading each order. No personal data. */
export interface OrderSummary {
  readonly reference: string;
  readonly progress: Progress;
  /** '' where it waits for nothing. */
  readonly waitingFor: WaitingFor | '';
  readonly reasons: readonly Reason[];
  readonly connection: string;
  /** The sales channel in DEAR; ''. */
  readonly channel: string;
  /** As the order has it; left out where there is none. */
  readonly method?: string;
  /** `yyyy-mm-dd`; ''. */
  readonly shipBy: string;
  /** ISO UTC. */
  readonly createdAt: string;
  readonly waitingSince: string;
  /** Each once, as `foldSearch` has them; null where there are more than are kept here. */
  readonly skus: readonly string[] | null;
  /** When its packages left; left out where none did, and of an order that an earlier version stored last. */
  readonly left?: LeftPackages;
}

interface LeftPackages {
  /** Of the earliest and the latest: a day, or ISO UTC. */
  readonly first: string;
  readonly last: string;
  /** Each once, as `foldSearch` has them. */
  readonly carriers: readonly string[];
}

function getLeft({ packages }: Pick<FulfillmentOrder, 'packages'>): { left?: LeftPackages } {
  const boxes = packages.filter((box) => !isVoid(box));
  const [first, ...others] = boxes.map(({ shippedAt }) => shippedAt).sort();
  if (first === undefined) return {};
  const carriers = [...new Set(boxes.map(({ carrier }) => foldSearch(carrier)))];
  return { left: { first, last: others.at(-1) ?? first, carriers } };
}

/** Why an order waits: the causes of a hold, and what any other order waits for. */
export const REASONS = [
  ...HOLDS.filter((kind) => kind !== ''),
  ...WAITING_FOR.filter((what) => what !== 'hold' && what !== 'person'),
  'to-process',
] as const;
export type Reason = (typeof REASONS)[number];

/** `UNKNOWN_SKU` of `unknown-sku`: as people type a reason, and as lists show it. */
export function toReasonCode(reason: Reason): string {
  return reason.toUpperCase().replaceAll('-', '_');
}

/** @param typed in any case, with dashes or underscores */
export function findReason(typed: string): Reason | undefined {
  const code = typed.trim().toUpperCase().replaceAll(/[\s-]/g, '_');
  return REASONS.find((reason) => toReasonCode(reason) === code);
}

/** None where the order waits for nothing; several where it is held for several causes. */
export function getReasons(order: FulfillmentOrder): readonly Reason[] {
  const what = waitingFor(order);
  if (what === '') return [];
  if (what === 'person') return ['to-process'];
  return what === 'hold' ? listHolds(order).map(({ kind }) => kind) : [what];
}

/** What orders wait for at the warehouse; nothing else keeps those of which something has left. */
export const AT_WAREHOUSE: readonly WaitingFor[] = ['departure', 'label', 'update'];

/** On the way to the customer: something has left, and the warehouse is not to send more of it. */
export function isTravelling({
  progress,
  waitingFor,
}: Pick<OrderSummary, 'progress' | 'waitingFor'>): boolean {
  const hasGone = progress === 'Shipped' || progress === 'Partly shipped';
  return hasGone && !AT_WAREHOUSE.some((what) => what === waitingFor);
}

/** An order of more is still found by each of its SKUs. */
const MAX_SKUS = 10;

export function toSummary(order: FulfillmentOrder): OrderSummary {
  const { reference, connection, channel = '', method = '', shipBy = '', createdAt, waitingSince } = order;
  const skus = getSkus(order);
  return {
    reference,
    progress: toProgress(order),
    waitingFor: waitingFor(order),
    reasons: getReasons(order),
    connection,
    channel,
    ...(method !== '' && { method }),
    shipBy,
    createdAt,
    waitingSince,
    skus: skus.length > MAX_SKUS ? null : skus,
    ...getLeft(order),
  };
}

/** Each SKU of the order once, as `foldSearch` has them. */
export function getSkus({ lines }: Pick<FulfillmentOrder, 'lines'>): string[] {
  return [...new Set(lines.map(({ sku }) => foldSearch(sku)))].filter((sku) => sku !== '');
}

/** As texts are compared in a search: in any case, with single blanks and none around. */
export function foldSearch(text: string): string {
  return text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/**
 * The lists that all orders are divided among, each in the order in which they were made. An order that goes its usual way is
 * on two of them: a list for each status would cost two more index writes at each change.
 */
export const LANES = ['attention', 'under-way', 'Completed', 'Delivered', 'Cancelled'] as const;
export type Lane = (typeof LANES)[number];

const FOR_A_PERSON: ReadonlySet<WaitingFor | ''> = new Set<WaitingFor>([
  'person',
  'hold',
  'failed',
  'cancel-refused',
  'standstill',
  'confirmation-refused',
  'label',
  'stock-take',
]);

export function toLane(order: FulfillmentOrder): Lane {
  if (FOR_A_PERSON.has(waitingFor(order))) return 'attention';
  return isEnded(order.status) ? order.status : 'under-way';
}

function isEnded(status: Status): status is 'Completed' | 'Delivered' | 'Cancelled' {
  return status === 'Completed' || status === 'Delivered' || status === 'Cancelled';
}

/** The lanes that can hold orders of this progress. */
export function lanesOfProgress(progress: Progress): readonly Lane[] {
  if (progress === 'Completed' || progress === 'Delivered' || progress === 'Cancelled')
    return ['attention', progress];
  return ['attention', 'under-way'];
}

/** The lanes that can hold orders that wait for it. */
export function lanesOfWaiting(what: WaitingFor): readonly Lane[] {
  if (FOR_A_PERSON.has(what)) return ['attention'];
  return what === 'confirmation' ? ['under-way', 'Completed', 'Delivered'] : ['under-way'];
}
