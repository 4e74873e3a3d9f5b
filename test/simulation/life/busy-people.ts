import type { StaffGoods } from 'dear-sandbox/kit';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { stillToShip } from '../../../lib/domain/shipment/still-to-ship.ts';
import { readOrders } from './checks.ts';
import { type Circumstances, MINUTE } from './circumstances.ts';
import { PRICE, SKUS } from './goods.ts';
import type { KnownSale, People } from './people.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

type Workplace = Pick<
  World,
  'after' | 'dear' | 'staff' | 'noticesStaff' | 'orders' | 'actOnOrder' | 'circumstances'
>;

/** An order at the service. */
interface AtService {
  readonly reference: string;
  readonly id: string;
}

const EDITS = ['add', 'remove', 'address', 'address', 'carrier'] as const;

/** What people do less often than `People`: they ship in part, delete orders, and edit more of a sale than a quantity. */
export class BusyPeople {
  readonly #world: Workplace;
  readonly #people: People;
  readonly #random: Random;
  /** Ids of orders that left in part. */
  readonly #shippedInPart = new Set<string>();
  /** References of orders that end with a part of them. */
  readonly #endedShort = new Set<string>();

  constructor(world: Workplace, people: People, random: Random) {
    this.#world = world;
    this.#people = people;
    this.#random = random;
  }

  /** Plans what happens while things go wrong. */
  plan({ troubledMs: forMs }: Pick<Circumstances, 'troubledMs'>): void {
    const random = this.#random;
    const rounds = random.between(1, 5);
    for (let round = 0; round < rounds; round += 1)
      this.#world.after(random.between(0, forMs), () => this.#workOnOrders());
    const edits = random.between(0, 3);
    for (let edit = 0; edit < edits; edit += 1)
      this.#world.after(random.between(0, forMs), () => this.#editASale());
  }

  /** Whether the bridge waits for days for the rest of an order, of which none comes. */
  get waitsForMore(): boolean {
    return this.#world.circumstances.provider === 'cartrover' && this.#endedShort.size > 0;
  }

  /** A person at the bridge decides what becomes of goods that their service never ships. */
  async closeOrders(): Promise<void> {
    for (const sale of this.#people.sales)
      for (const order of await readOrders(sale.number, this.#world)) await this.#close(sale, order);
  }

  async #close(sale: KnownSale, order: FulfillmentOrder): Promise<void> {
    const action = this.#random.pick(['close-and-reorder', 'close-and-drop'] as const);
    const isEnded = order.standstill !== '' || this.#endedShort.has(order.reference);
    if (!isEnded || stillToShip(order).length === 0) return;
    await this.#people.try(`${action} ${order.reference}`, async () => {
      await this.#world.actOnOrder(order, action);
      if (action === 'close-and-drop') sale.isDropped = true;
    });
  }

  async #workOnOrders(): Promise<void> {
    for (const order of await this.#people.openOrders(this.#people.sales)) {
      const act = this.#random.pick(['part', 'part', 'last', 'delete', 'wait', 'wait', 'wait']);
      if (this.#shippedInPart.has(order.id) || act === 'wait') continue;
      if (act === 'delete') await this.#delete(order);
      else await this.#shipPart(order, act === 'last' && this.#mayEndShort());
    }
  }

  /** A life that waits for days for more parcels costs as much as ten others. */
  #mayEndShort(): boolean {
    return this.#world.circumstances.provider !== 'cartrover' || this.#random.chance(0.2);
  }

  async #delete({ reference, id }: AtService): Promise<void> {
    const { staff, noticesStaff } = this.#world;
    if (!staff.deleteOrder || !noticesStaff || (await this.#holdsNews(reference))) return;
    await this.#people.try(`deleted ${reference} at the service`, async () => await staff.deleteOrder?.(id));
  }

  /** A parcel left that the bridge has not read yet: with its order deleted, nothing would ever tell of it. */
  async #holdsNews(reference: string): Promise<boolean> {
    const order = await this.#world.orders.read(reference);
    const known = order?.packages.flatMap(({ trackingNumbers }) => trackingNumbers) ?? [];
    const left = this.#people.parcels.filter((parcel) => parcel.reference === reference);
    return left.some(({ trackingNumber }) => !known.includes(trackingNumber));
  }

  async #shipPart({ reference, id }: AtService, isLast: boolean): Promise<void> {
    const { staff } = this.#world;
    const order = (await staff.ordersFor(reference)).find((one) => one.id === id);
    const goods = this.#chooseSome(order?.lines ?? []);
    if (goods === null) return;
    const what = goods.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', ');
    await this.#people.try(`shipped ${what} of ${reference}${isLast ? ', and no more' : ''}`, async () => {
      this.#shippedInPart.add(id);
      if (isLast) this.#endedShort.add(reference);
      this.#people.noteShippedPart(reference, id, await staff.shipPart(id, goods, isLast));
    });
  }

  /** Not all of it, and not nothing; null where that cannot be. */
  #chooseSome(lines: readonly StaffGoods[]): StaffGoods[] | null {
    const all = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    if (all < 2) return null;
    let rest = this.#random.between(1, all - 1);
    const chosen = lines.map(({ sku, quantity }) => {
      const taken = Math.min(quantity, this.#random.chance(0.5) ? quantity : 1, rest);
      rest -= taken;
      return { sku, quantity: taken };
    });
    return chosen.filter(({ quantity }) => quantity > 0);
  }

  async #editASale(): Promise<void> {
    const [first, ...others] = this.#people.sales.filter(({ isVoided }) => !isVoided);
    if (first === undefined) return;
    const sale = this.#random.pick([first, ...others]);
    const edit = this.#random.pick(EDITS);
    const pause = this.#random.between(0, 20) * MINUTE;
    await this.#people.undo(
      sale,
      () => pause,
      () => this.#edit(sale, edit),
    );
  }

  async #edit(sale: KnownSale, edit: (typeof EDITS)[number]): Promise<void> {
    const changes =
      edit === 'address' || edit === 'carrier' ? this.#toFields(edit) : await this.#toLines(sale, edit);
    await this.#people.try(`edited ${sale.number}: ${JSON.stringify(changes)}`, () =>
      this.#world.dear.edit(sale.number, changes),
    );
  }

  #toFields(edit: 'address' | 'carrier'): object {
    if (edit === 'carrier') return { carrier: this.#random.pick(['UPS Ground', 'UPS 2nd Day Air']) };
    const line1 = `${this.#random.between(1, 999)} Elm Street`;
    const place = {
      line1,
      line2: '',
      city: 'Austin',
      state: 'TX',
      postcode: '78701',
      country: 'United States',
    };
    return {
      shippingAddress: { ...place, displayLine1: line1, displayLine2: 'Austin TX 78701 United States' },
    };
  }

  async #toLines({ number, soldAtMost }: KnownSale, edit: 'add' | 'remove'): Promise<object> {
    const { lines } = await this.#world.dear.sale(number);
    const before = lines.map(({ sku, quantity }) => ({ sku, quantity, price: PRICE }));
    const other = SKUS.find((sku) => lines.every((line) => line.sku !== sku)) ?? SKUS[0];
    const quantity = this.#random.between(1, 3);
    const after =
      edit === 'add'
        ? [...before, { sku: other, quantity, price: PRICE }]
        : before.slice(before.length > 1 ? 1 : 0);
    for (const { sku } of after) {
      const asked = after.filter((line) => line.sku === sku).reduce((sum, line) => sum + line.quantity, 0);
      soldAtMost.set(sku, Math.max(asked, soldAtMost.get(sku) ?? 0));
    }
    return { lines: after };
  }
}
