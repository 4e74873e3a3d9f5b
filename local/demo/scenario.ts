import type { Sale, SaleFulfilment } from '../../lib/domain/sale/sale.ts';
import type { DemoSale, DemoSystem } from './stage.ts';

/** A part of the story: what people do in DEAR and ShipStation, and what the bridge promises about it. */
export interface Scenario {
  /** `cancel-in-time` */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** @throws {UnmetExpectationError} where the bridge does not do its part in time */
  play(demo: DemoSystem): Promise<ScenarioResult>;
}

export interface ScenarioResult {
  readonly expectations: readonly Expectation[];
  /** Sales whose orders the report lists, with the references that were made for them. */
  readonly sales: ReadonlyArray<{ readonly sale: DemoSale; readonly references: readonly string[] }>;
  /** Sales that no order was made for. */
  readonly ignored: readonly DemoSale[];
}

/** One sale, and one order of it. */
export function toResult(
  sale: DemoSale,
  expectations: readonly Expectation[],
  references = [sale.reference],
): ScenarioResult {
  return { expectations, sales: [{ sale, references }], ignored: [] };
}

/** A sentence, and whether it came true. */
export interface Expectation {
  readonly expectation: string;
  readonly kept: boolean;
}

export function expectation(text: string, kept: boolean): Expectation {
  return { expectation: text, kept };
}

/** What DEAR has to show of a sale that left in one parcel for each tracking number. */
export function expectShipped(sale: Sale, trackingNumbers: readonly string[]): Expectation[] {
  const [fulfilment] = sale.fulfilments;
  const shown = fulfilment?.ship.lines.flatMap((line) => line.trackingNumbers) ?? [];
  const { orderNumber } = sale;
  return [
    expectation(`DEAR shows pick, pack and ship of ${orderNumber} authorised`, isAuthorised(fulfilment)),
    expectation(
      `DEAR shows the tracking of ${orderNumber}: ${trackingNumbers.join(', ')}`,
      isSameSet(shown, trackingNumbers),
    ),
    expectation(`DEAR shows a carrier for each parcel of ${orderNumber}`, hasCarriers(fulfilment)),
    expectation(
      `DEAR shows a box for each parcel of ${orderNumber}`,
      getBoxes(fulfilment) === trackingNumbers.length,
    ),
  ];
}

function isAuthorised(fulfilment: SaleFulfilment | undefined): boolean {
  return [fulfilment?.pick, fulfilment?.pack, fulfilment?.ship].every(
    (demo) => demo?.status === 'AUTHORISED',
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
