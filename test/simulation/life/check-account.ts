import { fullestWindow } from '../backlog.ts';
import { LOCATION, PLENTY, STOCKED } from './goods.ts';
import type { World } from './world.ts';

/** Of each minute, wherever it begins. */
const CALLS_OF_DEAR = 60;
/** More than any life ships of one product. */
const MAX_SHIPPED = 1_000;

/** What is true of the accounts as a whole. */
export async function findAccountViolations(world: World): Promise<string[]> {
  const violations = [...world.wentBack, ...world.sentBeside, ...findRateViolations(world)];
  // The stock is read through DEAR's API, which refuses that too where there were too many calls.
  return violations.length > 0 ? violations : await findStockViolations(world);
}

function findRateViolations({ weathers }: World): string[] {
  const [ofDear, ofService] = weathers;
  const calls = (ofDear?.sentAt ?? []).map((at) => ({ at, budgetClass: 'sale' as const }));
  const fullest = fullestWindow(calls);
  return [
    ...(fullest > CALLS_OF_DEAR ? [`DEAR was called ${fullest} times within a minute.`] : []),
    ...(ofService !== undefined && ofService.overLimit > 0
      ? [`The service refused ${ofService.overLimit} calls because there were too many.`]
      : []),
  ];
}

/** The service has what there was, less what was shipped; so no other figure may be written, and DEAR's mistake may not stay. */
async function findStockViolations(world: World): Promise<string[]> {
  if (!world.circumstances.keepsStock) return [];
  const { records } = world;
  const isWrong = (quantity: number) => Math.abs(quantity - PLENTY) > MAX_SHIPPED;
  const adjusted = await records.readAdjusted(LOCATION);
  const written = adjusted.filter(({ sku, quantity }) => STOCKED.includes(sku) && isWrong(quantity));
  // As the bridge does that has not read all of DEAR's figures.
  const needless = adjusted.filter(({ before, quantity }) => before === quantity);
  const stock = await records.readStock(LOCATION);
  const left = STOCKED.filter((sku) => isWrong(stock.get(sku) ?? 0));
  return [
    ...written.map(({ sku, quantity }) => `An adjustment set the stock of ${sku} to ${quantity}.`),
    ...needless.map(
      ({ sku, quantity }) => `An adjustment set the stock of ${sku} to ${quantity}, as it was.`,
    ),
    ...left.map((sku) => `DEAR's stock of ${sku} stays at ${stock.get(sku) ?? 0}.`),
  ];
}
