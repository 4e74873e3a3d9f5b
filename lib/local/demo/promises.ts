import type { Sale, SaleFulfilment } from '../../domain/sale.ts';

/** A sentence, and whether it came true. */
export interface Promised {
  readonly promise: string;
  readonly kept: boolean;
}

export function promise(text: string, kept: boolean): Promised {
  return { promise: text, kept };
}

/** What DEAR has to show of a sale that left in one parcel for each tracking number. */
export function promisesOfShipped(sale: Sale, trackingNumbers: readonly string[]): Promised[] {
  const [fulfilment] = sale.fulfilments;
  const shown = fulfilment?.ship.lines.flatMap((line) => line.trackingNumbers) ?? [];
  const { orderNumber } = sale;
  return [
    promise(`DEAR shows pick, pack and ship of ${orderNumber} authorised`, isAuthorised(fulfilment)),
    promise(
      `DEAR shows the tracking of ${orderNumber}: ${trackingNumbers.join(', ')}`,
      isSameSet(shown, trackingNumbers),
    ),
    promise(`DEAR shows a carrier for each parcel of ${orderNumber}`, hasCarriers(fulfilment)),
    promise(
      `DEAR shows a box for each parcel of ${orderNumber}`,
      boxesOf(fulfilment) === trackingNumbers.length,
    ),
  ];
}

function isAuthorised(fulfilment: SaleFulfilment | undefined): boolean {
  return [fulfilment?.pick, fulfilment?.pack, fulfilment?.ship].every(
    (stage) => stage?.status === 'AUTHORISED',
  );
}

function hasCarriers(fulfilment: SaleFulfilment | undefined): boolean {
  return fulfilment?.ship.lines.every(({ carrier }) => carrier !== '' && carrier !== 'Undefined') ?? false;
}

function boxesOf(fulfilment: SaleFulfilment | undefined): number {
  return new Set(fulfilment?.pack.lines.map(({ box }) => box)).size;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join() === [...other].sort().join();
}
