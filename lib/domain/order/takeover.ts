import { isoTime } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { subtract, sumAll } from '../decimal.ts';
import { foldName } from '../sale/location.ts';
import { isOrderAuthorised, isVoided, type Sale, type SaleFulfilment, type StageLine } from '../sale/sale.ts';
import type { Package, PackedLine } from '../shipment/package.ts';
import { enumerate } from '../text.ts';
import type { FulfillmentOrder, OrderedLine, Takeover } from './fulfillment-order.ts';
import { isHeldFor, listHolds, toHeld } from './holds.ts';
import type { OrderPart } from './standstill.ts';
import { change } from './transitions.ts';
import { toServiceUnits } from './units.ts';

/** Where the settings name no numbers: most connectors use the sale's own. */
export const DEFAULT_NUMBERS: readonly string[] = ['{sale}'];

/** The cursor that says since when the parcels of adopted orders have to be read again: ISO UTC, or ''. */
export const ADOPTED_PARCELS = 'collect-adopted';

/** A number as services take it. Names, addresses and e-mail addresses, which people type into fields, are none. */
const CODE = /^(?=.*\d)[\w#./-]{1,64}$/;

/**
 * The numbers under which the connector before may have made an order for the sale, each once; none where there was no such
 * connector.
 * @param customerReference '' where it is not known
 */
export function oldNumbers(
  { mode, replaces }: Pick<Connection, 'mode' | 'replaces'>,
  { saleOrderNumber, customerReference }: Readonly<Record<'saleOrderNumber' | 'customerReference', string>>,
): string[] {
  const patterns = replaces?.numbers ?? (mode === 'shadow' ? DEFAULT_NUMBERS : []);
  const values: Readonly<Record<string, string>> = {
    sale: saleOrderNumber,
    digits: /\d+(?=\D*$)/.exec(saleOrderNumber)?.[0] ?? '',
    customer: customerReference.trim(),
  };
  const numbers = patterns.flatMap((pattern) => {
    const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    if (names.some((name) => (values[name] ?? '') === '')) return [];
    const number = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
    return CODE.test(number) ? [number] : [];
  });
  return [...new Set(numbers)];
}

/** Whether the order was planned in shadow mode and was not taken over yet. */
export function isShadowed(order: FulfillmentOrder): boolean {
  return isHeldFor(order, 'shadow');
}

/** Whether the order at the provider was made by the connector before. */
export function isAdopted({ takeover }: Pick<FulfillmentOrder, 'takeover'>): boolean {
  return takeover?.state === 'adopted';
}

/** The number under which the provider has the order. */
export function referenceAtProvider(order: Pick<FulfillmentOrder, 'reference' | 'takeover'>): string {
  return order.takeover?.state === 'adopted' ? order.takeover.number : order.reference;
}

/**
 * An order that was planned in shadow mode, after its sale was read again: Completed where DEAR shows all of it as shipped;
 * otherwise, once the connection is live, free to be sent, which looks for the order of the connector before. Returns the same
 * order where nothing changes.
 * @param others the other orders of the sale
 */
export function settleShadowed(
  order: FulfillmentOrder,
  { sale, connection, others, now }: SettleInput,
): FulfillmentOrder {
  if (!isShadowed(order) || isVoided(sale) || !isOrderAuthorised(sale)) return order;
  const { packages, shown } = shippedInDear(order, sale, connection, others);
  if (shown === 'all') return recordShippedBefore(order, packages, now);
  if (connection.mode === 'shadow') return order;
  return endShadow(order, connection, shown === 'some', now);
}

export interface SettleInput {
  readonly sale: Sale;
  readonly connection: Connection;
  readonly others: readonly FulfillmentOrder[];
  readonly now: number;
}

function endShadow(
  order: FulfillmentOrder,
  { id, release }: Connection,
  isPartlyShipped: boolean,
  now: number,
): FulfillmentOrder {
  const takeover: Takeover = { state: 'possible', number: '', isPartlyShipped };
  const kept = listHolds(order).filter(({ kind }) => kind !== 'shadow');
  const what = `${id} is live. Before the order is sent, the one of the connector before is looked for there.`;
  if (kept.length > 0) return change(order, now, { takeover, ...toHeld(kept) }, { by: 'bridge', what });
  const released = release === 'automatic';
  const reason = released ? what : `Waiting for a person to process it. ${what}`;
  const patch = { status: 'Queued', desired: 'fulfilled', hold: '', released, takeover, reason } as const;
  return change(order, now, patch, { by: 'bridge', what });
}

function recordShippedBefore(
  order: FulfillmentOrder,
  packages: readonly Package[],
  now: number,
): FulfillmentOrder {
  const at = isoTime(now);
  const taskId = packages.at(-1)?.shownIn?.taskId ?? '';
  const ids = packages.map(({ id }) => id);
  const confirmation = { ...order.confirmation, state: 'confirmed', packages: ids, taskId, at } as const;
  const reason = 'The connector before shipped it, and DEAR shows that. Nothing of it is sent.';
  const takeover: Takeover = { state: 'shipped', number: '', isPartlyShipped: false };
  const patch = { desired: 'fulfilled', hold: '', packages, confirmation, taskId, takeover, reason } as const;
  const left = change(order, now, { status: 'Shipped', ...patch }, { by: 'DEAR', what: reason });
  return change(left, now, { status: 'Completed' }, null);
}

/** An order of the connector before, as the provider shows it. */
export interface FoundOrder {
  readonly providerOrderId: string;
  /** The number with which the provider reports its parcels. */
  readonly reference: string;
  readonly state: OrderPart['state'];
  readonly goods: Goods;
}

/** What to do with an order that was never sent. `why`: a sentence. */
export type Verdict =
  | { readonly kind: 'send' }
  | { readonly kind: 'adopt'; readonly found: FoundOrder }
  | { readonly kind: 'unclear'; readonly why: string };

/**
 * @param order that was never sent
 * @param found what the provider has under the numbers of the connector before
 */
export function judgeFound(
  order: Pick<FulfillmentOrder, 'connection' | 'lines' | 'takeover'>,
  found: readonly FoundOrder[],
): Verdict {
  const { connection: id, lines, takeover } = order;
  const live = found.filter(({ state }) => state !== 'cancelled');
  const [only] = live;
  const ids = enumerate((live.length > 0 ? live : found).map(({ providerOrderId }) => providerOrderId));
  if (live.length > 1)
    return unclear(
      `${id} has ${live.length} orders for it (${ids}), and which of them ships it is not clear.`,
    );
  if (only !== undefined) {
    const differs = describeOtherGoods(lines, only.goods);
    if (!CODE.test(only.reference))
      return unclear(`${id} has ${ids} for it, without a number to follow it by.`);
    return differs === ''
      ? { kind: 'adopt', found: only }
      : unclear(`${id} has ${ids} for it with other goods: ${differs}.`);
  }
  if (found.length > 0) return unclear(`${id} has ${ids} for it, which is cancelled there.`);
  return takeover?.isPartlyShipped === true
    ? unclear(`DEAR shows a part of its goods as shipped, and ${id} has no order for it.`)
    : { kind: 'send' };
}

function unclear(why: string): Verdict {
  return { kind: 'unclear', why };
}

function inUnitsOfService({ sku, quantity, units }: OrderedLine) {
  return { sku, quantity: toServiceUnits(quantity, units) };
}

/** The order that the provider has is this one: it is not sent, and is followed from there. */
export function recordAdopted(order: FulfillmentOrder, found: FoundOrder, now: number): FulfillmentOrder {
  const { providerOrderId, reference: number } = found;
  const { connection: by, fingerprint } = order;
  const submission = {
    ...order.submission,
    state: 'submitted',
    providerOrderId,
    acceptedFingerprint: fingerprint,
    refusedFingerprint: '',
    sentFingerprints: [],
    at: isoTime(now),
  } as const;
  const takeover: Takeover = { state: 'adopted', number, isPartlyShipped: false };
  const reason = `${by} has it as ${providerOrderId}, under ${number}: the connector before sent it. It is not sent again, and is followed from there.`;
  const patch = { status: 'Shipped', desired: 'fulfilled', hold: '', submission, takeover, reason } as const;
  return change(order, now, patch, { by, what: reason });
}

/** A person has to decide whether the connector before has sent the order. @param why a sentence */
export function recordUnclear(order: FulfillmentOrder, why: string, now: number): FulfillmentOrder {
  const { connection: by } = order;
  const cause = { kind: 'takeover', why } as const;
  const takeover: Takeover = {
    state: 'unclear',
    number: '',
    isPartlyShipped: order.takeover?.isPartlyShipped ?? false,
  };
  return change(order, now, { takeover, ...toHeld([cause]) }, { by, what: why });
}

/** How much of the order's goods DEAR shows as shipped, beyond the packages of the sale's other orders. */
interface ShippedInDear {
  /** One for each fulfilment. */
  readonly packages: readonly Package[];
  readonly shown: 'all' | 'some' | 'none';
}

function shippedInDear(
  order: FulfillmentOrder,
  sale: Sale,
  connection: Connection,
  others: readonly FulfillmentOrder[],
): ShippedInDear {
  const open = new Map(toOpenLines(order).map((need) => [need, need.quantity]));
  const taken = new Map<string, number>();
  for (const { lines, packages } of others) {
    for (const { key, quantity } of packages.flatMap(({ contents }) => contents)) {
      const product = lines.find((line) => line.key === key)?.productId ?? '';
      taken.set(product, sumAll([taken.get(product) ?? 0, quantity]));
    }
  }
  let isAnyShown = false;
  const packages = sale.fulfilments.flatMap((fulfilment): Package[] => {
    if (connection.trigger !== 'OrderAuthorised' && fulfilment.taskId !== order.taskId) return [];
    const shipped = shippedLines(fulfilment).filter((line) => isAt(line, order, connection));
    const contents: PackedLine[] = [];
    for (const { productId, quantity, batch, expiry } of shipped) {
      isAnyShown = true;
      const before = Math.min(taken.get(productId) ?? 0, quantity);
      taken.set(productId, subtract(taken.get(productId) ?? 0, before));
      let left = subtract(quantity, before);
      for (const [need, wanted] of open) {
        const part = need.productId === productId ? Math.min(wanted, left) : 0;
        if (part === 0) continue;
        open.set(need, subtract(wanted, part));
        left = subtract(left, part);
        contents.push({ key: need.key, quantity: part, batch, expiry });
      }
    }
    return contents.length === 0 ? [] : [toPackage(fulfilment, mergeKits(contents, order), sale.orderDate)];
  });
  if ([...open.values()].every((left) => left === 0)) return { packages, shown: 'all' };
  return { packages, shown: isAnyShown ? 'some' : 'none' };
}

/** The products of an order; of a kit that DEAR packs as its parts, the parts. */
function toOpenLines({ lines }: FulfillmentOrder) {
  return lines.flatMap(({ key, productId, quantity, parts }) =>
    parts === undefined
      ? [{ key, productId, quantity }]
      : parts.map((part) => ({ key, productId: part.productId, quantity: part.quantity })),
  );
}

/** A kit counts once, in the package that holds its last part. */
function mergeKits(contents: readonly PackedLine[], { lines }: FulfillmentOrder): PackedLine[] {
  const isKit = (key: string) =>
    lines.some((line: OrderedLine) => line.key === key && line.parts !== undefined);
  const kits = new Set(contents.map(({ key }) => key).filter(isKit));
  const whole = [...kits].map((key) => ({
    key,
    quantity: lines.find((line) => line.key === key)?.quantity ?? 0,
    batch: '',
    expiry: '',
  }));
  return [...contents.filter(({ key }) => !kits.has(key)), ...whole];
}

function shippedLines({ pick, pack, ship }: SaleFulfilment): readonly StageLine[] {
  const lines = pack.lines.length > 0 ? pack.lines : pick.lines;
  if (ship.status === 'AUTHORISED') return lines;
  if (ship.status !== 'PARTIALLY AUTHORISED') return [];
  const boxes = new Set(ship.lines.filter(({ isShipped }) => isShipped).flatMap((line) => line.boxes));
  return lines.filter(({ box }) => boxes.has(box));
}

/** With a later trigger a fulfilment may have goods of several connections. */
function isAt({ location }: StageLine, order: FulfillmentOrder, { trigger }: Connection): boolean {
  return trigger === 'OrderAuthorised' || foldName(location).startsWith(foldName(order.location));
}

function toPackage(
  { taskId, ship, pack }: SaleFulfilment,
  contents: readonly PackedLine[],
  orderDate: string,
): Package {
  const [first] = ship.lines;
  const day = first?.shippedAt || orderDate || '1970-01-01';
  return {
    id: `dear:${taskId}`,
    trackingNumbers: [...new Set(ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers))],
    carrier: first?.carrier ?? '',
    service: '',
    shippedAt: day.slice(0, 'yyyy-mm-dd'.length),
    cost: null,
    contents,
    warehouse: '',
    deliveredAt: '',
    shownIn: { taskId, box: pack.lines[0]?.box ?? '' },
  };
}

/** Goods of an order, by SKU. */
export type Goods = ReadonlyArray<{ readonly sku: string; readonly quantity: number }>;

/**
 * How the goods of an order differ from those that its service has: `2 × MUG here, 1 there`; '' where they do not.
 * @param theirs in the service's units, in which the sentence counts
 */
export function describeOtherGoods(lines: readonly OrderedLine[], theirs: Goods): string {
  const [here, there] = [bySku(lines.map(inUnitsOfService)), bySku(theirs)];
  const differing = [...new Set([...here.keys(), ...there.keys()])].filter(
    (sku) => (here.get(sku) ?? 0) !== (there.get(sku) ?? 0),
  );
  const clauses = differing.map((sku) => `${here.get(sku) ?? 0} × ${sku} here, ${there.get(sku) ?? 0} there`);
  return enumerate(clauses);
}

function bySku(goods: Goods): Map<string, number> {
  const groups = Map.groupBy(goods, ({ sku }) => sku.trim().toUpperCase());
  return new Map([...groups].map(([sku, own]) => [sku, sumAll(own.map(({ quantity }) => quantity))]));
}
