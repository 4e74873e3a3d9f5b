import { type DearState, seedState } from 'dear-sandbox/dear';
import { LOCATION } from './goods.ts';

/** Of one product, which no one buys and the service does not report. */
const BATCHED = 'TRL-BAR-OAT';
/** A page of DEAR's lists. */
const ROWS = 1_000;
/** So that the location holds more than the guard of a stock sync lets it change. */
const IN_EACH_BATCH = 100;

/** A company with so many batches of one product that the list of its stock has two pages. All that is sold is on the second. */
export function seedTwoPages(now: number): DearState {
  const state = seedState(now);
  const product = state.products.find(({ sku }) => sku === BATCHED);
  const place = state.locations.find(({ name }) => name === LOCATION);
  if (product === undefined || place === undefined) throw new Error(`There is no ${BATCHED} or ${LOCATION}`);
  const batches = Array.from({ length: ROWS }, (_, index) => ({
    productId: product.id,
    locationId: place.id,
    onHand: IN_EACH_BATCH,
    batch: `OB-3${String(index).padStart(3, '0')}`,
    expiry: '2027-04-30',
  }));
  return { ...state, stock: [...batches, ...state.stock] };
}
