import type { Bridge } from '../bridge.ts';
import type { SearchResult } from './needs.ts';

/** No number or id is longer, and DynamoDB takes no key of more than 2,048 bytes. */
const LONGEST = 500;

/**
 * What a person typed or pasted, by order number, sale id, tracking number or reference; blanks around it and its case do
 * not matter. A few reads by key, so that it costs the same however many orders there are.
 */
export async function findAnything(
  { orders, sales }: Pick<Bridge, 'orders' | 'sales'>,
  text: string,
): Promise<SearchResult> {
  const typed = text.trim();
  const upper = typed.toUpperCase();
  if (typed === '' || typed.length > LONGEST) return { kind: 'nothing' };
  const [order, sale, tracked] = await Promise.all([
    firstFound([typed, upper], (reference) => orders.read(reference)),
    firstFound([typed, upper], (number) => sales.findByNumber(number)).then(
      async (found) => found ?? (await sales.read(typed.toLowerCase())),
    ),
    orders.findByTracking(typed),
  ]);
  const found = order ?? tracked;
  if (found !== null) return { kind: 'order', reference: found.reference };
  return sale === null ? { kind: 'nothing' } : { kind: 'sale', saleId: sale.saleId };
}

async function firstFound<Found>(
  spellings: readonly string[],
  read: (spelling: string) => Promise<Found | null>,
): Promise<Found | null> {
  for (const spelling of new Set(spellings)) {
    const found = await read(spelling);
    if (found !== null) return found;
  }
  return null;
}
