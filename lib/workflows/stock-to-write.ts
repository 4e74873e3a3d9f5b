import { type DriftLine, targetOf } from '../domain/stock-drift.ts';
import type { StockWindow } from '../domain/stock-movements.ts';
import { type ReadStockNeeds, readMovements } from './read-stock.ts';
import type { StockHeader, StockLine } from './stock-in-dear.ts';

/** Lines that DEAR is to be given, and where. */
export interface StockToWrite extends Pick<StockHeader, 'locationId' | 'location' | 'account'> {
  /** The connection's id, which every reference begins with. */
  readonly connection: string;
  /** With the actions `adjust` and `add` only. */
  readonly lines: readonly DriftLine[];
  /** Of what adjusting sets: null for what is on hand; else what is available, which is this much less. */
  readonly allocatedOf: ((line: DriftLine) => number) | null;
}

export interface WriteStockNeeds extends Pick<ReadStockNeeds, 'connections' | 'orders' | 'now'> {
  /** Where writing stands, kept so that a later run goes on; null or '' where it has not begun. */
  readonly progress: {
    read(): Promise<string | null>;
    save(place: string): Promise<void>;
  };
}

/** What became of lines that were to be written. */
export interface LineFates {
  /** `lineKey` of what DEAR was given. */
  readonly written: ReadonlySet<string>;
  /** `lineKey` → why it was left, in a sentence. */
  readonly left: ReadonlyMap<string, string>;
}

export const NOTHING_WRITTEN: LineFates = { written: new Set(), left: new Map() };

export function lineKey({ sku, batch, expiry }: Pick<DriftLine, 'sku' | 'batch' | 'expiry'>): string {
  return [sku, batch, expiry].join('\n');
}

export function toStockLine(line: DriftLine): StockLine {
  const { productId, sku, name, batch, expiry, unitCost } = line;
  return { productId, sku, name, batch, expiry, unitCost, quantity: targetOf(line) };
}

/** SKU → why nothing may be written of it any more: what moved since reading began. */
export async function movedSinceRead(
  window: StockWindow,
  needs: Pick<ReadStockNeeds, 'connections' | 'orders'>,
): Promise<Map<string, string>> {
  const moved = new Map<string, string>();
  for await (const movements of readMovements(window, needs)) {
    for (const movement of movements) {
      if (movement.kind === 'unsettled') moved.set(movement.sku, movement.why);
    }
  }
  return moved;
}
