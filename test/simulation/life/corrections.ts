import type { StaffOrder } from 'dear-sandbox/kit';
import { getProviderDefinition } from '../../../lib/providers/registry.ts';
import { type Circumstances, MINUTE } from './circumstances.ts';
import { PRICE } from './goods.ts';
import { type KnownSale, type People, references } from './people.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

type Lines = StaffOrder['lines'];

/** An order at the service that packers split. */
interface Split {
  readonly reference: string;
  /** What they moved to other orders. */
  readonly moved: Lines;
}

/**
 * People who correct a quantity of a sale within the minute, so that its order is changed at the service and not cancelled, also
 * where packers have just split it.
 */
export class Corrections {
  readonly #world: World;
  readonly #people: People;
  readonly #random: Random;
  readonly #splits: Split[] = [];

  constructor(world: World, people: People, random: Random) {
    this.#world = world;
    this.#people = people;
    this.#random = random;
  }

  /** Plans what happens while things go wrong. */
  plan({ troubledMs: forMs }: Circumstances): void {
    const count = this.#random.between(1, 3);
    for (let correction = 0; correction < count; correction += 1)
      this.#world.after(this.#random.between(1, forMs), () => this.#correctOne());
  }

  /** No product of an order that was split may leave both with it and with what was split from it. */
  async findDoubles(): Promise<string[]> {
    const found = this.#splits.map(async ({ reference, moved }) => {
      const live = (await this.#world.staff.ordersFor(reference)).filter(({ isCancelled }) => !isCancelled);
      const leaving = addUp([...live.flatMap((order) => order.lines), ...moved]);
      const sold = addUp(this.#people.salesOf(reference).flatMap(listSold));
      return [...leaving]
        .filter(([sku, quantity]) => quantity > (sold.get(sku) ?? 0))
        .map(
          ([sku, quantity]) =>
            `${reference} leaves with ${quantity} ${sku}, of which ${sold.get(sku) ?? 0} were sold.`,
        );
    });
    return (await Promise.all(found)).flat();
  }

  async #correctOne(): Promise<void> {
    const [first, ...others] = this.#people.sales.filter(({ isVoided }) => !isVoided);
    if (first === undefined) return;
    const sale = this.#random.pick([first, ...others]);
    if (this.#random.chance(0.5)) await this.#split(sale);
    await this.#correct(sale);
  }

  async #correct(sale: KnownSale): Promise<void> {
    const { dear } = this.#world;
    const { lines } = await dear.sale(sale.number);
    const [first, ...others] = lines.map(({ sku, quantity }) => ({ sku, quantity, price: PRICE }));
    if (first === undefined) return;
    const quantity = this.#random.between(1, 5);
    const corrected = [{ ...first, quantity }, ...others];
    await this.#people.try(`corrected ${sale.number} to ${quantity} ${first.sku}`, async () => {
      sale.wasUndone = true;
      await dear.click(sale.number, 'undo', { stage: 'order' });
      sale.soldAtMost.set(first.sku, Math.max(quantity, sale.soldAtMost.get(first.sku) ?? 0));
      await dear.edit(sale.number, { lines: corrected });
      await dear.click(sale.number, 'authorise');
    });
  }

  /** Splits the sale's only order, whose other parts leave later. */
  async #split(sale: KnownSale): Promise<void> {
    const { staff, circumstances } = this.#world;
    const open = await this.#findOpen(sale);
    // A service that fetches its orders is not told of a change, and takes none of an order that was split.
    const isFetched = getProviderDefinition(circumstances.provider).capabilities.includes('pulls');
    if (open === null || isFetched || !staff.split) return;
    const { reference, order } = open;
    await this.#people.try(`split ${reference}`, async () => {
      const parts = (await staff.split?.(order.id, 1)) ?? [];
      const kept = (await staff.ordersFor(reference)).find(({ id }) => id === order.id);
      const moved = order.lines.filter(({ sku }) => kept?.lines.every((line) => line.sku !== sku));
      sale.isDivided = true;
      this.#splits.push({ reference, moved });
      for (const part of parts.filter((id) => id !== order.id))
        this.#world.after(this.#random.between(1, 10) * MINUTE, () => this.#ship(reference, part));
    });
  }

  async #findOpen({
    number,
    isDivided,
  }: KnownSale): Promise<{ reference: string; order: StaffOrder } | null> {
    const hasLeft = this.#people.parcels.some(({ saleNumber }) => saleNumber === number);
    if (isDivided || hasLeft) return null;
    const found = references(number).map(async (reference) =>
      (await this.#world.staff.ordersFor(reference)).map((order) => ({ reference, order })),
    );
    const [only, ...others] = (await Promise.all(found))
      .flat()
      .filter(({ order }) => !order.isCancelled && order.lines.length > 1);
    return others.length === 0 ? (only ?? null) : null;
  }

  async #ship(reference: string, part: string): Promise<void> {
    await this.#people.try(`shipped a part of ${reference}`, async () => {
      const trackingNumber = await this.#world.staff.ship(part);
      this.#people.noteShippedPart(reference, part, { trackingNumber, restId: null });
    });
  }
}

function listSold({ soldAtMost }: KnownSale): Lines {
  return [...soldAtMost].map(([sku, quantity]) => ({ sku, quantity }));
}

function addUp(lines: Lines): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}
