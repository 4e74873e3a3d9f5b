import type { Staff } from 'dear-sandbox/kit';
import type { Sale, SaleFulfilment } from '../../lib/domain/sale/sale.ts';
import type { DemoSale, DemoSystem } from './demo-system.ts';

/** What people do in DEAR and at the fulfillment service, and the expected results. */
export interface Scenario {
  /** `cancel-in-time` */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** What the service's staff must be able to do. A service without it does not play the scenario. */
  readonly staff: ReadonlyArray<keyof Staff>;
  /** Whether the settings allow it. @default they do */
  readonly isAllowed?: (demo: DemoSystem) => boolean;
  /** @throws {UnmetExpectationError} where an expected event does not happen in time */
  play(demo: DemoSystem): Promise<ScenarioResult>;
}

export interface ScenarioResult {
  readonly expectations: readonly Expectation[];
  /** The sales whose orders the report lists, with the orders' references. */
  readonly sales: ReadonlyArray<{ readonly sale: DemoSale; readonly references: readonly string[] }>;
  /** Sales without an order. */
  readonly ignored: readonly DemoSale[];
}

/** Whether the service's staff and the settings allow the scenario. */
export function isPlayable({ staff, isAllowed }: Scenario, demo: DemoSystem): boolean {
  return staff.every((action) => demo.staffCan(action)) && (isAllowed?.(demo) ?? true);
}

/** The result for one sale, by default with one order. */
export function toResult(
  sale: DemoSale,
  expectations: readonly Expectation[],
  references = [sale.reference],
): ScenarioResult {
  return { expectations, sales: [{ sale, references }], ignored: [] };
}

/** An expected result and whether it was met. */
export interface Expectation {
  readonly expectation: string;
  readonly isMet: boolean;
}

export function expectation(text: string, isMet: boolean): Expectation {
  return { expectation: text, isMet };
}

/** The state in DEAR of a sale that left in one parcel for each tracking number. */
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
