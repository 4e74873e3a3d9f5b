import type { ShippedPart } from 'dear-sandbox/kit';
import { type Circumstances, HOUR, MINUTE } from './circumstances.ts';
import { LOCATION, PLENTY, PRICE, SCARCE, SHELVED, SKUS, STOCKED } from './goods.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** A sale as the people of a run know it. */
export interface KnownSale {
  readonly id: string;
  readonly number: string;
  isVoided: boolean;
  wasUndone: boolean;
  /** Whether packers split or merged an order of it, or shipped one in parts. */
  isDivided: boolean;
  /** Whether a person at the bridge closed an order of it short and dropped the rest. */
  isDropped: boolean;
  /** The most of each SKU that it ever asked for. */
  readonly soldAtMost: Map<string, number>;
}

/** A parcel that left the warehouse. */
export interface KnownParcel {
  readonly saleNumber: string;
  readonly reference: string;
  readonly trackingNumber: string;
  readonly at: number;
  /** Numbers of all sales whose orders were merged into the one that it left with; which goods it holds is not known then. */
  readonly mayBeOf: readonly string[];
  /** Whether it holds a part of the order's goods. */
  readonly isPart: boolean;
  isVoided: boolean;
}

const STAGES = ['pick', 'pack', 'ship'] as const;
const TRIGGERS = ['OrderAuthorised', 'PickAuthorised', 'PackAuthorised', 'ShipmentAuthorised'] as const;
/** Of the parcel that leaves without one. */
const NUMBER = '1Z00000000STORY01';
/** More orders than any sale of a run has. */
const MAX_ORDERS = 6;

type Workplace = Pick<World, 'now' | 'after' | 'dear' | 'staff' | 'noticesStaff'> &
  Partial<Pick<World, 'requestJob'>>;

/** People at DEAR and at the service, who act at random and know nothing of the bridge. */
export class People {
  readonly sales: KnownSale[] = [];
  readonly parcels: KnownParcel[] = [];
  /** What was done, for the person who reads a failed run. */
  readonly acts: string[] = [];
  /** Ids of orders that left. */
  readonly #left = new Set<string>();
  /** Parts of orders, which are not found by the reference. */
  readonly #parts: Array<{ readonly reference: string; readonly id: string }> = [];
  /** Further references of what was merged, by its id. */
  readonly #merged = new Map<string, readonly string[]>();
  readonly #world: Workplace;
  readonly #random: Random;
  readonly #trigger: Circumstances['trigger'];

  /** @param trigger up to whose stage they pick, pack and ship in DEAR */
  constructor(world: Workplace, random: Random, trigger: Circumstances['trigger'] = 'OrderAuthorised') {
    this.#world = world;
    this.#random = random;
    this.#trigger = trigger;
  }

  /** Plans what happens while things go wrong. In a rush all sales are made within a minute. */
  async plan({ size, sales, troubledMs: forMs, isScarce, keepsStock }: Circumstances): Promise<void> {
    const [fewest, most] = sales;
    for (const sku of STOCKED) await this.#world.dear.setStock(sku, LOCATION, PLENTY);
    if (isScarce) this.#planShortage(forMs);
    if (keepsStock) this.#at(this.#random.between(0, forMs), () => this.#miscount());
    const within = size === 'rush' ? MINUTE : forMs / 2;
    const count = this.#random.between(fewest, most);
    for (let sale = 0; sale < count; sale += 1)
      this.#at(this.#random.between(0, within), () => this.sell(forMs));
    const rounds = this.#random.between(1, 8);
    for (let round = 0; round < rounds; round += 1)
      this.#at(this.#random.between(0, forMs), () =>
        this.#random.chance(0.15) ? this.#merge() : this.workOnOrders(this.sales),
      );
  }

  /** Two of the last product are there, and more come in twice. */
  #planShortage(forMs: number): void {
    const count = (onHand: number) =>
      this.try(`${onHand} ${SCARCE} are in stock`, () => this.#world.dear.setStock(SCARCE, LOCATION, onHand));
    this.#at(0, () => count(this.#random.between(0, 2)));
    this.#at(this.#random.between(1, forMs), () => count(this.#random.between(1, 6)));
    this.#at(forMs, () => count(PLENTY));
  }

  /** The packers ship all that is left to ship. */
  async shipEverything(): Promise<void> {
    for (const { reference, id } of await this.openOrders(this.sales)) await this.#ship(reference, id);
  }

  #at(milliseconds: number, act: () => Promise<void>): void {
    this.#world.after(milliseconds, act);
  }

  /** Sells something. @param forMs within how many ms it is changed, if it is */
  async sell(forMs: number): Promise<void> {
    const lines = Array.from({ length: this.#random.between(1, 3) }, (_, index) => ({
      sku: SKUS[index] ?? SKUS[0],
      quantity: this.#random.between(1, 4),
      price: PRICE,
    }));
    const sale = await this.#authorise(this.#random.pick(['Simple', 'Simple', 'Advanced']), lines);
    const later = this.#random.between(0, 2);
    for (let edit = 0; edit < later; edit += 1) {
      this.#at(this.#random.between(1, forMs), () => this.#change(sale));
    }
  }

  async #authorise(
    type: 'Simple' | 'Advanced',
    lines: ReadonlyArray<{ sku: string; quantity: number; price: number }>,
  ): Promise<KnownSale> {
    const sale = { location: LOCATION, carrier: 'UPS Ground', type, lines };
    const { id, number } = await this.#world.dear.authoriseSale(sale);
    const soldAtMost = new Map(lines.map(({ sku, quantity }) => [sku, quantity]));
    const known = {
      id,
      number,
      isVoided: false,
      wasUndone: false,
      isDivided: false,
      isDropped: false,
      soldAtMost,
    };
    this.sales.push(known);
    this.#note(`authorised ${number}: ${lines.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', ')}`);
    this.#planStages(number);
    return known;
  }

  /**
   * Plans one story without chance, in which every workflow has work: a sale that is shipped, one that is voided, and one that is
   * edited, leaves without a number where the service allows that, and gets one later.
   */
  async planStory({ keepsStock }: Circumstances): Promise<void> {
    for (const sku of STOCKED) await this.#world.dear.setStock(sku, LOCATION, PLENTY);
    const sell = (type: 'Simple' | 'Advanced') =>
      this.#authorise(type, [
        { sku: SKUS[0], quantity: 2, price: PRICE },
        { sku: SCARCE, quantity: 1, price: PRICE },
      ]);
    const [shipped, voided, edited] = [await sell('Simple'), await sell('Simple'), await sell('Advanced')];
    const workOn = async (sale: KnownSale, work: (reference: string, id: string) => Promise<void>) => {
      for (const { reference, id } of await this.openOrders([sale])) await work(reference, id);
    };
    this.#at(5 * MINUTE, () => workOn(shipped, (reference, id) => this.#ship(reference, id)));
    this.#at(6 * MINUTE, () => this.#void(voided));
    this.#at(6 * MINUTE, () => this.#undo(edited, MINUTE, true));
    this.#at(11 * MINUTE, () => workOn(edited, (reference, id) => this.#shipUnnumbered(reference, id)));
    this.#at(12 * MINUTE, () => this.#world.requestJob?.('check-webhooks') ?? Promise.resolve());
    if (keepsStock) this.#at(7 * MINUTE, () => this.#miscount());
  }

  #miscount(): Promise<void> {
    return this.try(`miscounted ${SHELVED}`, () => this.#world.dear.setStock(SHELVED, LOCATION, PLENTY / 2));
  }

  async #shipUnnumbered(reference: string, id: string): Promise<void> {
    const { staff } = this.#world;
    if (!staff.markShipped || !staff.setTrackingNumber) return await this.#ship(reference, id);
    await this.try(`shipped ${reference} without a number`, async () => {
      const parcel = (await staff.markShipped?.(id)) ?? '';
      this.#left.add(id);
      this.#at(7 * MINUTE, () =>
        this.try(`numbered ${reference}`, async () => {
          await staff.setTrackingNumber?.(parcel, NUMBER);
          this.#noteParcel(reference, id, NUMBER);
        }),
      );
    });
  }

  /** Staff of DEAR pick, pack and ship by hand up to the stage that makes an order. */
  #planStages(number: string): void {
    const wanted = STAGES.slice(0, TRIGGERS.indexOf(this.#trigger));
    if (wanted.length === 0) return;
    this.#at(this.#random.between(0, 5) * MINUTE, async () => {
      const { fulfilments } = await this.#world.dear.sale(number);
      if (fulfilments.length === 0) await this.#click(number, 'fulfilment');
      for (const stage of wanted) await this.#click(number, stage);
    });
  }

  #click(number: string, button: 'fulfilment' | (typeof STAGES)[number]): Promise<void> {
    return this.try(`${button} of ${number} by hand`, () => this.#world.dear.click(number, button));
  }

  async #change(sale: KnownSale): Promise<void> {
    if (sale.isVoided) return;
    const { number } = sale;
    const act = this.#random.pick(['void', 'edit', 'edit', 'undo', 'payment']);
    if (act === 'payment') return this.try(`paid ${number}`, () => this.#world.dear.click(number, 'payment'));
    if (act === 'void') return this.#void(sale);
    await this.#undo(sale, null, act === 'edit');
  }

  async #void(sale: KnownSale): Promise<void> {
    await this.try(`voided ${sale.number}`, async () => {
      await this.#world.dear.click(sale.number, 'void');
      sale.isVoided = true;
    });
  }

  /** @param pauseMs after which it is authorised again; null: by chance */
  async #undo(sale: KnownSale, pauseMs: number | null, changes: boolean): Promise<void> {
    await this.undo(
      sale,
      () => pauseMs ?? this.#random.between(0, 30) * MINUTE,
      () => this.#changeQuantity(sale, changes),
    );
  }

  /** @param getPauseMs after which it is changed and authorised again */
  async undo(sale: KnownSale, getPauseMs: () => number, change: () => Promise<void>): Promise<void> {
    const { number } = sale;
    await this.try(`undid ${number}`, async () => {
      sale.wasUndone = true;
      await this.#world.dear.click(number, 'undo', { stage: 'order' });
      this.#at(getPauseMs(), async () => {
        await change();
        await this.try(`authorised ${number} again`, () => this.#world.dear.click(number, 'authorise'));
        this.#planStages(number);
      });
    });
  }

  async #changeQuantity({ number, soldAtMost }: KnownSale, changes: boolean): Promise<void> {
    const quantity = this.#random.between(1, 5);
    if (!changes) return;
    soldAtMost.set(SKUS[0], Math.max(quantity, soldAtMost.get(SKUS[0]) ?? 0));
    await this.try(`edited ${number} to ${quantity} ${SKUS[0]}`, () =>
      this.#world.dear.edit(number, { lines: [{ sku: SKUS[0], quantity, price: PRICE }] }),
    );
  }

  /** The packers do something with each open order of the sales. */
  async workOnOrders(sales: readonly KnownSale[]): Promise<void> {
    for (const { reference, id } of await this.openOrders(sales)) {
      const act = this.#random.pick(['ship', 'ship', 'ship', 'split', 'cancel', 'void', 'wait', 'refuse']);
      await this.#work(act, reference, id);
    }
  }

  async #work(act: string, reference: string, id: string): Promise<void> {
    const { staff } = this.#world;
    if (act === 'wait') return;
    if (act === 'ship') return await this.#ship(reference, id);
    if (act === 'cancel' && this.#world.noticesStaff)
      return await this.try(`cancelled ${reference} at the service`, () => staff.cancel(id));
    if (act === 'refuse' && staff.refuseNextCancellation) {
      return await this.try(
        'refuses the next cancellation',
        async () => await staff.refuseNextCancellation?.(),
      );
    }
    if (act === 'split' && staff.split) {
      return await this.try(`split ${reference}`, async () => {
        this.noteDivided([reference]);
        const parts = (await staff.split?.(id, 1)) ?? [];
        const all = this.#merged.get(id);
        for (const part of parts) {
          this.#parts.push({ reference, id: part });
          if (all !== undefined) this.#merged.set(part, all);
        }
        const [part] = parts;
        if (part !== undefined) await this.#ship(reference, part);
      });
    }
    if (act === 'void' && staff.voidParcel) {
      const before = this.parcels.length;
      await this.#ship(reference, id);
      // A refused label makes no parcel; the last one is then another's.
      const parcel = this.parcels.length > before ? this.parcels.at(-1) : undefined;
      if (parcel?.reference !== reference) return;
      this.#at(this.#random.between(0, HOUR), () =>
        this.try(`voided the label ${parcel.trackingNumber}`, async () => {
          await staff.voidParcel?.(parcel.trackingNumber);
          parcel.isVoided = true;
          this.#left.delete(id);
        }),
      );
    }
  }

  async #merge(): Promise<void> {
    const { staff } = this.#world;
    const [one, other] = await this.openOrders(this.sales);
    if (one === undefined || other === undefined || !staff.merge) return;
    const references = [one, other].flatMap(({ id, reference }) => this.#merged.get(id) ?? [reference]);
    await this.try(`merged ${references.join(' and ')}`, async () => {
      this.noteDivided(references);
      const id = (await staff.merge?.([one.id, other.id])) ?? '';
      this.#parts.push({ reference: one.reference, id });
      this.#merged.set(id, [...new Set(references)]);
      this.#left.add(one.id).add(other.id);
    });
  }

  /** The sale of an order, and those with whose orders packers merged it. */
  salesOf(reference: string): KnownSale[] {
    const together = [...this.#merged.values()].filter((merged) => merged.includes(reference)).flat();
    const numbers = [reference, ...together].map(toSaleNumber);
    return this.sales.filter(({ number }) => numbers.includes(number));
  }

  /** @param references of orders that packers split, merged or shipped in parts */
  noteDivided(references: readonly string[]): void {
    const numbers = references.map(toSaleNumber);
    for (const sale of this.sales) if (numbers.includes(sale.number)) sale.isDivided = true;
  }

  async #ship(reference: string, id: string): Promise<void> {
    await this.try(`shipped ${reference}`, async () => {
      const trackingNumber = await this.#world.staff.ship(id);
      this.#left.add(id);
      this.#noteParcel(reference, id, trackingNumber);
    });
  }

  /** A part of the order left. @param restId under which the rest is shipped; null: none is */
  noteShippedPart(reference: string, id: string, { trackingNumber, restId }: ShippedPart): void {
    this.noteDivided([reference]);
    this.#noteParcel(reference, id, trackingNumber, true);
    if (restId === id) return;
    this.#left.add(id);
    if (restId === null) return;
    this.#parts.push({ reference, id: restId });
    const all = this.#merged.get(id);
    if (all !== undefined) this.#merged.set(restId, all);
  }

  #noteParcel(reference: string, id: string, trackingNumber: string, isShort = false): void {
    const own = this.#merged.get(id) ?? [reference];
    const mayBeOf = own.map(toSaleNumber);
    const isPart = isShort || this.#parts.some((part) => part.id === id);
    const parcel = { trackingNumber, at: this.#world.now(), mayBeOf, isPart, isVoided: false };
    for (const one of own) this.parcels.push({ saleNumber: toSaleNumber(one), reference: one, ...parcel });
  }

  /** Orders at the service that may still leave. */
  async openOrders(sales: readonly KnownSale[]): Promise<Array<{ reference: string; id: string }>> {
    const open = this.#parts.filter(({ id }) => !this.#left.has(id));
    for (const { number } of sales) {
      for (const reference of references(number)) {
        const orders = await this.#world.staff.ordersFor(reference);
        const live = orders.filter(({ id, isCancelled }) => !isCancelled && !this.#left.has(id));
        const known = new Set(open.map(({ id }) => id));
        open.push(...live.filter(({ id }) => !known.has(id)).map(({ id }) => ({ reference, id })));
      }
    }
    return open;
  }

  /** What a screen refuses does not happen. */
  async try(what: string, act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      this.#note(what);
    } catch (error) {
      this.#note(`${what}: refused (${error instanceof Error ? error.message.slice(0, 160) : error})`);
    }
  }

  #note(what: string): void {
    this.acts.push(`${new Date(this.#world.now()).toISOString()} ${what}`);
  }
}

/** `SO-00001` of `SO-00001-2`. */
export function toSaleNumber(reference: string): string {
  return reference.replace(/-\d+$/, '');
}

/** Every reference that an order of the sale may have. */
export function references(number: string): string[] {
  return Array.from({ length: MAX_ORDERS }, (_, index) => `${number}-${index + 1}`);
}
