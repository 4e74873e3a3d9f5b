/**
 * ShipStation's amounts are money in cents, while DEAR keeps four decimals. Rounded half away from zero, as an invoice is,
 * so that a discount rounds exactly as the charge it mirrors. The decimal text takes out binary noise: 1.005 × 100 is
 * 100.49999999999999 to a computer.
 */
export function toCents(amount: number): number {
  const hundredths = Number((Math.abs(amount) * 100).toFixed(6));
  const rounded = Math.round(hundredths) / 100;
  return amount < 0 && rounded !== 0 ? -rounded : rounded;
}
