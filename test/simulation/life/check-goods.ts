import type { StaffOrder } from 'dear-sandbox/kit';
import * as z from 'zod';
import type { Goods, SaleRecords } from './dear-records.ts';
import { PRICE } from './goods.ts';
import type { World } from './world.ts';

interface SaleGoods {
  readonly records: SaleRecords;
  readonly circumstances: World['circumstances'];
  /** The service's orders of which goods left. */
  readonly departed: ReadonlyArray<Pick<StaffOrder, 'lines'>>;
  /** Bodies of invoices that DEAR refused. */
  readonly refusedBills: readonly string[];
  /** Whether some of them was split or merged, so that its lines do not say what left. */
  readonly isDivided: boolean;
  /** Whether the sale is authorised, and no list names it as unfinished. */
  readonly isSettled: boolean;
  readonly wasUndone: boolean;
  /** Whether packers voided a label of it. */
  readonly wasLabelVoided: boolean;
}

/** What DEAR says left and was billed, against what the service shipped. */
export function findGoodsViolations(goods: SaleGoods): string[] {
  return [
    ...findOvershipped(goods),
    ...findWrongBill(goods),
    ...findOverbilled(goods),
    ...findEmptyFulfilments(goods),
  ];
}

function findOvershipped(goods: SaleGoods): string[] {
  const { records, departed, isDivided, isSettled } = goods;
  if (isDivided || (!isSettled && isLeftToStaff(goods))) return [];
  const left = addUpLines(departed);
  return [...records.shipped]
    .filter(([sku, quantity]) => quantity > get(left, sku))
    .map(([sku, quantity]) => `DEAR shows ${quantity} ${sku} as shipped, and ${get(left, sku)} left.`);
}

/** Staff ship by hand with the last trigger, before the service does; and they undo what a label showed that was voided. */
function isLeftToStaff({ circumstances, wasLabelVoided }: SaleGoods): boolean {
  return circumstances.trigger === 'ShipmentAuthorised' || wasLabelVoided;
}

function addUpLines(departed: SaleGoods['departed']): Map<string, number> {
  const left = new Map<string, number>();
  for (const { sku, quantity } of departed.flatMap(({ lines }) => lines))
    left.set(sku, (left.get(sku) ?? 0) + quantity);
  return left;
}

/** A sale that a person undid and that is on a list may be billed for what left, and not show it. */
function findWrongBill({ records, circumstances, departed, isSettled, wasUndone }: SaleGoods): string[] {
  const { billed, shipped, prices } = records;
  const wrong = prices.find((price) => price !== PRICE);
  if (wrong !== undefined) return [`a line is billed at ${wrong} and not at ${PRICE}.`];
  const skus = [...new Set([...billed.keys(), ...shipped.keys()])];
  const isBilled = circumstances.connection.invoice === 'authorised' && isSettled;
  const left = wasUndone && !isSettled ? addUpLines(departed) : new Map<string, number>();
  const getMost = (sku: string) => Math.max(get(shipped, sku), get(left, sku));
  return skus
    .filter((sku) => get(billed, sku) > getMost(sku) || (isBilled && get(billed, sku) < get(shipped, sku)))
    .map((sku) => `DEAR bills ${get(billed, sku)} ${sku}, and shows ${get(shipped, sku)} as shipped.`);
}

const bill = z.object({ Lines: z.array(z.object({ SKU: z.string(), Quantity: z.number() })) });

/** DEAR refuses to bill more than was ordered, so its records do not show that it was tried. */
function findOverbilled({ records, refusedBills }: SaleGoods): string[] {
  const asked = refusedBills.flatMap((body) => bill.parse(JSON.parse(body)).Lines);
  return asked
    .filter(({ SKU, Quantity }) => get(records.billed, SKU) + Quantity > get(records.shipped, SKU))
    .map(({ SKU, Quantity }) => `DEAR was asked to bill ${Quantity} ${SKU} more than it shows as shipped.`);
}

function findEmptyFulfilments({ records, isSettled }: SaleGoods): string[] {
  return isSettled && records.empty > 0
    ? [`DEAR has ${records.empty} further fulfilments in which nothing was picked.`]
    : [];
}

function get(goods: Goods, sku: string): number {
  return goods.get(sku) ?? 0;
}
