import type { StaffGoods } from './provider-sandbox.ts';

interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly shipped: number;
}

/**
 * What a warehouse packs of an order's lines: what has not left of each.
 * @param goods no more than these of each product. @default all
 */
export function packGoods<Own extends Line>(
  lines: readonly Own[],
  goods?: readonly StaffGoods[],
): Array<{ readonly line: Own; readonly quantity: number }> {
  const there = goods && new Map(goods.map(({ sku, quantity }) => [sku, quantity]));
  return lines
    .map((line) => {
      const open = line.quantity - line.shipped;
      const quantity = there === undefined ? open : Math.min(open, there.get(line.sku) ?? 0);
      there?.set(line.sku, (there.get(line.sku) ?? 0) - quantity);
      return { line, quantity };
    })
    .filter(({ quantity }) => quantity > 0);
}
