/** Half units are rounded up, as `Math.round` does. */
export function roundTo(decimals: number, value: number): number {
  const unit = 10 ** decimals;
  return Math.round(value * unit) / unit;
}

/** DEAR keeps amounts and quantities to four decimals. */
export function round4(value: number): number {
  return roundTo(4, value);
}

/** To four decimals. */
export function sum<Item>(items: Iterable<Item>, of: (item: Item) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return round4(total);
}
