import type { SaleFulfilment } from '../../domain/sale.ts';
import type { EndState, OrderAtEnd } from './end-state.ts';

/** One read at planning, and pick, pack and ship at confirmation. */
const CALLS_PER_ORDER = 4;

/** A sentence for each promise that the end state breaks; none where all is well. */
export function brokenPromises({ orders, ignored, deadLetters }: EndState): string[] {
  return [
    ...orders.flatMap(brokenForOrder),
    ...unless(
      ignored.record?.outcome === 'ignored' && ignored.record.reason !== '',
      `${ignored.number} is recorded as ignored, with its reason`,
    ),
    ...unless(ignored.sentAnyway === 0, `${ignored.number}, for another location, never reaches ShipStation`),
    ...unless(deadLetters === 0, `no message ends in a dead-letter queue (${deadLetters} did)`),
  ];
}

function brokenForOrder({ expected, order, sale, copies, dearCalls }: OrderAtEnd): string[] {
  const { reference, trackingNumbers } = expected;
  const [fulfilment] = sale.fulfilments;
  const shown = fulfilment?.ship.lines.flatMap((line) => line.trackingNumbers) ?? [];
  return [
    ...unless(
      order?.status === 'Shipped',
      `${reference} is Shipped (it is ${order?.status ?? 'unknown'}: ${order?.reason ?? ''})`,
    ),
    ...unless(copies === 1, `ShipStation holds ${reference} exactly once (it holds ${copies})`),
    ...unless(isAuthorised(fulfilment), `DEAR shows pick, pack and ship of ${expected.number} authorised`),
    ...unless(
      isSameSet(shown, trackingNumbers),
      `DEAR shows the tracking numbers of ${expected.number} (${trackingNumbers}, not ${shown})`,
    ),
    ...unless(hasCarriers(fulfilment), `DEAR shows a carrier for each parcel of ${expected.number}`),
    ...unless(
      boxesOf(fulfilment) === trackingNumbers.length,
      `DEAR shows a box for each parcel of ${expected.number}`,
    ),
    ...unless(
      dearCalls === CALLS_PER_ORDER,
      `${reference} costs DEAR exactly ${CALLS_PER_ORDER} calls (it cost ${dearCalls})`,
    ),
  ];
}

function isAuthorised(fulfilment: SaleFulfilment | undefined): boolean {
  return [fulfilment?.pick, fulfilment?.pack, fulfilment?.ship].every(
    (stage) => stage?.status === 'AUTHORISED',
  );
}

function hasCarriers(fulfilment: SaleFulfilment | undefined): boolean {
  return fulfilment?.ship.lines.every(({ carrier }) => carrier !== '' && carrier !== 'Unknown') ?? false;
}

function boxesOf(fulfilment: SaleFulfilment | undefined): number {
  return new Set(fulfilment?.pack.lines.map(({ box }) => box)).size;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join() === [...other].sort().join();
}

function unless(kept: boolean, promise: string): string[] {
  return kept ? [] : [promise];
}
