import { subtract, sumAll } from '../decimal.ts';
import { enumerate } from '../text.ts';
import { getKitsMade, type KitPart, type Kits, quantityIn } from './catalogue.ts';
import type { DemandedLine, IsService } from './deliverable-lines.ts';
import type { Sale, SaleLine, StageLine } from './sale.ts';
import type { Piece, StagedLine } from './stage-allotment.ts';

/** Goods in a stage that are on no line of the order. */
interface LooseGoods {
  readonly stageLine: StageLine;
  readonly quantity: number;
}

/** Kits of a line of the sale that were picked as their parts. */
export interface PickedKit {
  readonly line: SaleLine;
  /** From 1, on the sale. */
  readonly place: number;
  readonly quantity: number;
  /** How many kits of the line are in earlier fulfilments. */
  readonly before: number;
  readonly parts: readonly LooseGoods[];
}

export interface PickedParts {
  readonly kits: readonly PickedKit[];
  /** Picked for no known line. */
  readonly loose: readonly LooseGoods[];
}

/** Goods in the stages that are on no line of the order, by demand, without services and drop-shipped lines. */
export function looseGoods(
  { lines }: Sale,
  staged: readonly StagedLine[],
  pieces: ReadonlyMap<StageLine, readonly Piece[]>,
  isService: IsService,
): Map<string, LooseGoods[]> {
  const byDemand = new Map<string, LooseGoods[]>();
  for (const { stageLine, demand } of staged) {
    const allotted = sumAll((pieces.get(stageLine) ?? []).map(({ quantity }) => quantity));
    const quantity = subtract(stageLine.quantity, allotted);
    const isSupplied = lines.some((line) => line.dropShip && isSameProduct(line, stageLine));
    if (quantity > 0 && !isSupplied && !isService(stageLine))
      byDemand.set(demand, [...(byDemand.get(demand) ?? []), { stageLine, quantity }]);
  }
  return byDemand;
}

/** DEAR's stages may name a product by its SKU alone. */
function isSameProduct(line: SaleLine, { productId, sku }: Pick<StageLine, 'productId' | 'sku'>): boolean {
  return line.productId === productId || line.sku === sku;
}

/** Combines parts to whole kits of the sale's lines, in the order of the sale and of the demands. */
export function pickedParts(
  sale: Sale,
  byDemand: ReadonlyMap<string, readonly LooseGoods[]>,
  kits: Kits,
): Map<string, PickedParts> {
  const taken = new Map<number, number>();
  return new Map(
    [...byDemand].map(([demand, goods]) => {
      let loose = goods;
      const found = sale.lines.flatMap((line, index) => {
        const parts = line.dropShip ? [] : (kits.get(line.productId) ?? []);
        const before = taken.get(index) ?? 0;
        const quantity = Math.min(wholeKits(parts, loose), subtract(line.quantity, before));
        if (quantity <= 0) return [];
        taken.set(index, sumAll([before, quantity]));
        const { used, rest } = draw(parts, quantity, loose);
        loose = rest;
        return [{ line, place: index + 1, quantity, before, parts: used }];
      });
      return [demand, { kits: found, loose }];
    }),
  );
}

function wholeKits(parts: readonly KitPart[], goods: readonly LooseGoods[]): number {
  if (parts.length === 0) return 0;
  return Math.min(...parts.map((part) => getKitsMade(getQuantity(part, goods), part)));
}

function getQuantity({ productId }: KitPart, goods: readonly LooseGoods[]): number {
  const there = goods.filter(({ stageLine }) => stageLine.productId === productId);
  return sumAll(there.map(({ quantity }) => quantity));
}

function draw(parts: readonly KitPart[], kits: number, goods: readonly LooseGoods[]) {
  const wanted = new Map(
    parts.map((part) => [part.productId, quantityIn(kits, part, getQuantity(part, goods))]),
  );
  const used: LooseGoods[] = [];
  const rest: LooseGoods[] = [];
  for (const { stageLine, quantity } of goods) {
    const part = Math.min(quantity, wanted.get(stageLine.productId) ?? 0);
    wanted.set(stageLine.productId, subtract(wanted.get(stageLine.productId) ?? 0, part));
    if (part > 0) used.push({ stageLine, quantity: part });
    if (quantity > part) rest.push({ stageLine, quantity: subtract(quantity, part) });
  }
  return { used, rest };
}

/**
 * The lines to ship for goods that are on no line of the order.
 * @param as `components`: the parts as they were picked. `kit`: the kits that they make
 * @param places how many lines the sale has
 */
export function demandedParts({ kits, loose }: PickedParts, as: KitChoice, places: number): DemandedLine[] {
  const ofKits = kits.flatMap((kit) =>
    as === 'kit' ? [asKit(kit)] : kit.parts.map((goods) => unpriced(goods, kit.place)),
  );
  return [...ofKits, ...loose.map((goods, index) => unpriced(goods, places + 1 + index))];
}

type KitChoice = 'components' | 'kit';

/** Sentences on what parts were picked for. */
export function remarksOnParts({ kits, loose }: PickedParts, as: KitChoice): string[] {
  const ofKits = kits.map(({ line, quantity, parts }) => {
    const names = [...new Set(parts.map(({ stageLine: { sku } }) => sku))];
    const [skus, isOne] = [enumerate(names), names.length === 1];
    return as === 'kit'
      ? `${quantity} × ${line.sku} is ordered as the kit, for which DEAR has picked ${skus}.`
      : `${skus} ${isOne ? 'is shipped as DEAR has picked it' : 'are shipped as DEAR has picked them'} for ${quantity} × ${line.sku}, and billed as that.`;
  });
  const others = [...new Set(loose.map(({ stageLine: { sku } }) => sku))];
  return [
    ...ofKits,
    ...others.map(
      (sku) => `${sku} is on no line of the order: it is shipped as DEAR has picked it, and not billed.`,
    ),
  ];
}

function asKit({ line, place, quantity, parts }: PickedKit): DemandedLine {
  const goods = parts.map((part) => {
    const { productId, sku, name, batch, expiry } = part.stageLine;
    return { productId, sku, name, quantity: part.quantity, batch, expiry };
  });
  return { line, place, quantity, batch: '', expiry: '', parts: goods };
}

/** Goods on no line of the sale have no price. */
function unpriced({ stageLine, quantity }: LooseGoods, place: number): DemandedLine {
  const { productId, sku, name, batch, expiry } = stageLine;
  const line: SaleLine = {
    productId,
    sku,
    name,
    quantity,
    backorderQuantity: 0,
    unitPrice: 0,
    discountPercent: 0,
    tax: 0,
    taxRule: '',
    total: 0,
    comment: '',
    dropShip: false,
    weightGrams: 0,
    customFields: {},
  };
  return { line, place, quantity, batch, expiry, unbilled: true };
}

/** Products that are parts of the sale's kits. */
export function getParts(sale: Sale, kits: Kits): ReadonlySet<string> {
  const parts = sale.lines.flatMap(({ productId }) => kits.get(productId) ?? []);
  return new Set(parts.map(({ productId }) => productId));
}

/** Whether the stages have goods that are on no line of the order, so that the sale's kits have to be read. */
export function hasLooseGoods(sale: Sale): boolean {
  const picks = sale.fulfilments.flatMap(({ pick, pack }) =>
    pick.lines.length > 0 ? pick.lines : pack.lines,
  );
  const byProduct = Map.groupBy(picks, ({ productId, sku }) => productId || sku);
  return [...byProduct.values()].some((lines) => {
    const [{ productId, sku } = { productId: '', sku: '' }] = lines;
    const own = sale.lines.filter((line) => isSameProduct(line, { productId, sku }));
    return sumAll(lines.map(({ quantity }) => quantity)) > sumAll(own.map(({ quantity }) => quantity));
  });
}
