import { requireExpenseAccount } from './accounts.ts';
import { productById } from './lookup.ts';
import { fillBackorders, stockAt } from './stock.ts';
import type { ExistingStockRecord, FoundStockRecord } from './stock-document-state.ts';
import { setOnHand } from './stock-rows.ts';
import { isoNow, round4, type World } from './world.ts';

interface Header {
  EffectiveDate: string;
  Account: string;
  Reference?: string | null | undefined;
}

/** @throws {Refusal} where there is no such account */
export function headerOf(request: Header) {
  requireExpenseAccount(request.Account);
  return {
    effectiveDate: request.EffectiveDate.slice(0, 10),
    account: request.Account,
    reference: request.Reference ?? '',
  };
}

/** What a document is before anything is written in it; it takes the next number. */
export function blankDocument(world: World) {
  const { state, newId } = world;
  const number = `ST-${String(state.nextStocktakeNumber).padStart(5, '0')}`;
  state.nextStocktakeNumber += 1;
  const now = isoNow(world);
  return { taskId: newId(), number, worth: null, createdAt: now, updatedAt: now };
}

/**
 * Makes every line's figure the stock on hand, whatever has moved since the document was written; what comes free goes to
 * the orders that wait for it.
 * @returns what the stock is worth more than before
 */
export function apply(
  world: World,
  { existing, found }: { existing: readonly ExistingStockRecord[]; found: readonly FoundStockRecord[] },
): number {
  const { state } = world;
  let worth = 0;
  const set = (row: ExistingStockRecord | FoundStockRecord, onHand: number, unitCost: number) => {
    worth += (onHand - (stockAt(state, row)?.onHand ?? 0)) * unitCost;
    setOnHand(state, row, onHand);
  };
  for (const row of existing) set(row, row.adjustment, productById(state, row.productId).averageCost);
  for (const row of found) set(row, row.quantity, row.unitCost);
  fillBackorders(world);
  return round4(worth);
}
