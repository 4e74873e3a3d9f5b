import type { Condition, ItemKey } from '../../../lib/store/large-items.ts';
import { InMemoryTable } from '../../fakes/in-memory-table.ts';

/** Statuses that each may become: goods that left do not come back, and a person's decision ends a Failed or held order. */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  Shipped: ['Completed', 'Delivered', 'Cancelled', 'Failed'],
  Completed: ['Delivered'],
  Delivered: [],
  // Staff of the service may reopen what they cancelled.
  Cancelled: ['Shipped', 'Completed', 'Delivered'],
};

/** The table, which notes orders whose status goes back by any write. */
export class WatchedTable extends InMemoryTable {
  readonly wentBack: string[] = [];

  override async putItem(
    key: ItemKey,
    item: Record<string, unknown>,
    condition: Condition,
  ): Promise<Record<string, unknown> | undefined> {
    const stored = await super.putItem(key, item, condition);
    const [before, after] = [String(stored?.status), String(item.status)];
    if (key.pk.startsWith('ORDER#') && key.sk === 'STATE' && isBack(before, after))
      this.wentBack.push(`${key.pk.slice('ORDER#'.length)} was ${before} and became ${after}.`);
    return stored;
  }
}

function isBack(before: string, after: string): boolean {
  return before !== after && AFTER[before] !== undefined && !AFTER[before].includes(after);
}
