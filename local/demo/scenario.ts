import type { Sale, SaleFulfilment } from '../../lib/domain/sale/sale.ts';
import type { Stage, StagedSale } from './stage.ts';

/** A part of the story: what people do in DEAR and ShipStation, and what the bridge promises about it. */
export interface Chapter {
  /** `cancel-in-time` */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** @throws {BrokenPromiseError} where the bridge does not do its part in time */
  play(stage: Stage): Promise<Played>;
}

export interface Played {
  readonly promises: readonly Promised[];
  /** Sales whose orders the report lists, with the references that were made for them. */
  readonly sales: ReadonlyArray<{ readonly sale: StagedSale; readonly references: readonly string[] }>;
  /** Sales that no order was made for. */
  readonly ignored: readonly StagedSale[];
}

/** One sale, and one order of it. */
export function played(
  sale: StagedSale,
  promises: readonly Promised[],
  references = [sale.reference],
): Played {
  return { promises, sales: [{ sale, references }], ignored: [] };
}

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
      getBoxes(fulfilment) === trackingNumbers.length,
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

function getBoxes(fulfilment: SaleFulfilment | undefined): number {
  return new Set(fulfilment?.pack.lines.map(({ box }) => box)).size;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join() === [...other].sort().join();
}
