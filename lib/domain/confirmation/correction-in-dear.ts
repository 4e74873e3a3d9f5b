import type { Connection } from '../connection.ts';
import type { FulfillmentOrder, PackageCorrection } from '../order/fulfillment-order.ts';
import { change } from '../order/transitions.ts';
import type { Sale, SaleFulfilment, ShipLine } from '../sale/sale.ts';
import { formatNumbers, type Package } from '../shipment/package.ts';
import { stillToShip, unconfirmedPackages } from '../shipment/still-to-ship.ts';
import { getCarrier, getTrackingNumbers, type ShippedBox } from './packing.ts';

/** Corrected packages in a fulfilment of DEAR: what it shows, and what it should show. */
export interface Correction {
  readonly taskId: string;
  /** Whether the shipment is only a draft, which is drafted again. */
  readonly isDraft: boolean;
  /** Every line of the shipment as it should be; null if nothing has to be written. */
  readonly lines: readonly ShippedBox[] | null;
  /** Tracking numbers that DEAR lacks. */
  readonly missing: readonly string[];
  /** Tracking numbers that DEAR shows and that no package has. */
  readonly stale: readonly string[];
}

interface Corrected {
  readonly box: Package;
  readonly correction: PackageCorrection;
}

/** One for each fulfilment with corrected packages; none for a shipment that a person has undone in DEAR. */
export function correctionsIn(
  { fulfilments }: Pick<Sale, 'fulfilments'>,
  order: FulfillmentOrder,
  connection: Pick<Connection, 'carriers'>,
): Correction[] {
  const { taskId: lastTask, corrections } = order.confirmation;
  const corrected = corrections.flatMap((correction): Corrected[] => {
    const box = order.packages.find(({ id }) => id === correction.id);
    return box === undefined ? [] : [{ box, correction }];
  });
  const byTask = Map.groupBy(corrected, ({ box }) => box.shownIn?.taskId || lastTask);
  return fulfilments.flatMap((fulfilment) => {
    const here = byTask.get(fulfilment.taskId);
    const isShown = fulfilment.ship.lines.length > 0 && fulfilment.ship.status !== 'VOIDED';
    return here === undefined || !isShown ? [] : [toCorrection(fulfilment, here, connection)];
  });
}

function toCorrection(
  { taskId, ship }: SaleFulfilment,
  corrected: readonly Corrected[],
  connection: Pick<Connection, 'carriers'>,
): Correction {
  const wanted = corrected.reduce<readonly ShipLine[]>(
    (lines, one) => withCorrected(lines, one, connection),
    ship.lines,
  );
  const shown = ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers);
  const numbers = getTrackingNumbers(corrected.map(({ box }) => box));
  const stale = corrected.flatMap(({ correction }) => correction.staleNumbers);
  const differs = JSON.stringify(wanted) !== JSON.stringify(ship.lines);
  return {
    taskId,
    isDraft: ship.status === 'DRAFT',
    lines: differs ? wanted.map((line) => toShippedBox(line, corrected)) : null,
    missing: numbers.filter((number) => !shown.includes(number)),
    stale: stale.filter((number) => shown.includes(number)),
  };
}

/** Replaces the stale numbers in the line of the package's box. */
function withCorrected(
  lines: readonly ShipLine[],
  { box, correction }: Corrected,
  { carriers }: Pick<Connection, 'carriers'>,
): ShipLine[] {
  const at = toLine(lines, box, correction);
  return lines.map((line, index) => {
    if (index !== at) return line;
    const others = line.trackingNumbers.filter((number) => !correction.staleNumbers.includes(number));
    const trackingNumbers = [...new Set([...others, ...box.trackingNumbers])];
    const isAlone = line.boxes.length === 1 && line.boxes[0] === box.shownIn?.box;
    const own = isAlone
      ? { carrier: getCarrier(box, carriers) || line.carrier, shippedAt: toDay(box.shippedAt) }
      : {};
    return { ...line, trackingNumbers, ...own };
  });
}

/** Found by our name of the box, else by a stale number; a person may have named the boxes otherwise. */
function toLine(
  lines: readonly ShipLine[],
  { shownIn }: Package,
  { staleNumbers }: PackageCorrection,
): number {
  const byBox = lines.findIndex(({ boxes }) => boxes.some((name) => name === shownIn?.box));
  if (byBox >= 0) return byBox;
  const byNumber = lines.findIndex((line) =>
    line.trackingNumbers.some((number) => staleNumbers.includes(number)),
  );
  return Math.max(byNumber, 0);
}

/** DEAR requires a date on each line. */
function toShippedBox(
  { boxes, carrier, trackingNumbers, shippedAt }: ShipLine,
  corrected: readonly Corrected[],
): ShippedBox {
  const day = shippedAt || (corrected[0]?.box.shippedAt ?? '');
  return { box: boxes.join(','), carrier, trackingNumbers, shippedAt: day };
}

function toDay(shippedAt: string): string {
  return shippedAt.slice(0, 'yyyy-mm-dd'.length);
}

/**
 * DEAR shows the corrections.
 * @param told the order as it was when DEAR was read: later corrections stay open
 */
export function recordCorrectionsTold(
  order: FulfillmentOrder,
  told: FulfillmentOrder,
  now: number,
): FulfillmentOrder {
  const settled = new Set(told.confirmation.corrections);
  const same = (one: PackageCorrection) =>
    [...settled].some((other) => JSON.stringify(other) === JSON.stringify(one));
  const corrections = order.confirmation.corrections.filter((one) => !same(one));
  const isComplete = unconfirmedPackages(order).length === 0 && stillToShip(order).length === 0;
  const state = isComplete ? ('confirmed' as const) : order.confirmation.state;
  const numbers = getTrackingNumbers(
    order.packages.filter(({ id }) => [...settled].some((one) => one.id === id)),
  );
  const what = `DEAR shows the correction: ${formatNumbers(numbers) || 'no tracking number'}.`;
  const reason = isComplete ? 'Shipped, and confirmed to DEAR.' : order.reason;
  const patch = { confirmation: { ...order.confirmation, state, corrections }, reason };
  return change(order, now, patch, { by: 'DEAR', what });
}
