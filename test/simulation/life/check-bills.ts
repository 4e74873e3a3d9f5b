import type { Goods } from './dear-records.ts';
import type { KnownSale } from './people.ts';
import type { World } from './world.ts';

/**
 * DEAR takes a draft of any quantity, and a person who authorises it trusts it. Without sales that were undone, whose goods count
 * as shipped no more.
 */
export async function findDraftViolations(
  { records }: Pick<World, 'records'>,
  { sales }: { readonly sales: readonly KnownSale[] },
): Promise<string[]> {
  const untouched = sales.filter(({ isVoided, wasUndone }) => !isVoided && !wasUndone);
  const found = untouched.map(async ({ number }) => {
    const { drafted, shipped } = await records.readSale(number);
    return findSurplus(drafted, shipped).map((problem) => `${number}: ${problem}`);
  });
  return (await Promise.all(found)).flat();
}

function findSurplus(drafted: Goods, shipped: Goods): string[] {
  return [...drafted]
    .filter(([sku, quantity]) => quantity > (shipped.get(sku) ?? 0))
    .map(
      ([sku, quantity]) =>
        `drafts of invoices bill ${quantity} ${sku}, and DEAR shows ${shipped.get(sku) ?? 0} as shipped.`,
    );
}
