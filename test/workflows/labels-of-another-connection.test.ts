import { describe, expect, it } from 'vitest';
import { Deferred } from '../../lib/domain/errors.ts';
import { requestLabel } from '../../lib/domain/label/order-label.ts';
import type { BoughtLabel, BuysLabels, Provider } from '../../lib/providers/provider.ts';
import { takeLabelSteps } from '../../lib/workflows/buy-label.ts';
import { connection } from '../builders/connection.ts';
import { reported } from '../builders/order.ts';
import { World } from './world.ts';

const REFERENCE = 'SO-00042-1';
const RULES = {
  from: 'labels',
  buy: 'by-hand',
  withinDays: null,
  services: [],
  rates: 'on-request',
  ratesAttribute: '',
  attachLabel: false,
} as const;

/** The seller of another connection of the account, which knows the order by its number alone. */
class Seller implements BuysLabels {
  known: string[] = ['se-9'];
  readonly bought: string[] = [];

  async ordersToLabel(): Promise<readonly string[]> {
    return this.known;
  }

  async rates() {
    const price = { amount: 8.4, currency: 'USD', deliveryDays: 3 };
    return [{ id: 'rate-1', carrier: 'ups', service: 'ups_ground', ...price }];
  }

  async buyLabel({
    providerOrderId,
    reference,
  }: {
    providerOrderId: string;
    reference: string;
  }): Promise<BoughtLabel> {
    this.bought.push(providerOrderId);
    const shipment = reported(reference, { id: 'label:se-1', trackingNumbers: ['1Z0009'], providerOrderId });
    return { labelId: 'se-1', shipments: [shipment] };
  }

  async findLabel() {
    return null;
  }

  async voidLabel(): Promise<void> {}

  async labelDocument() {
    return Buffer.from('%PDF');
  }
}

/** A world whose first connection is a store that the service pulls from. */
async function play(seller: Seller) {
  const world = new World();
  world.connections = [connection({ shippingService: RULES })];
  await world.reconcile();
  await world.dispatch();
  await world.orders.save(requestLabel(await world.order(), 'ups_ground', 'Ada', world.now));
  const buy = async () =>
    takeLabelSteps(await world.order(), world.connections[0], {
      orders: world.orders,
      providerFor: async (id) =>
        id === 'labels' ? Object.assign(world.service.provider({}), bind(seller)) : world.provider,
      labelFiles: world.labelFiles,
      now: () => world.now,
      log: () => {},
    });
  return { world, buy };
}

/** The methods of a class lie on its prototype, which is not copied. */
function bind(seller: Seller): BuysLabels {
  return {
    ordersToLabel: () => seller.ordersToLabel(),
    rates: () => seller.rates(),
    buyLabel: (purchase) => seller.buyLabel(purchase),
    findLabel: () => seller.findLabel(),
    voidLabel: () => seller.voidLabel(),
    labelDocument: () => seller.labelDocument(),
  };
}

describe('a label from another connection of the account', () => {
  it('is bought for the order that has our reference there', async () => {
    const seller = new Seller();
    const { world, buy } = await play(seller);
    await buy();
    expect(seller.bought).toEqual(['se-9']);
    expect((await world.order()).packages).toMatchObject([{ id: 'label:se-1', trackingNumbers: ['1Z0009'] }]);
  });

  it('is one package, also where the own provider reports its parcel under an id of its own', async () => {
    const { world, buy } = await play(new Seller());
    await buy();
    const [order] = world.service.orders;
    world.service.ship(order!.id, undefined, { trackingNumber: '1Z0009' });
    await world.collect();
    const { packages } = await world.order();
    expect(packages.map(({ id, trackingNumbers }) => [id, trackingNumbers])).toEqual([
      ['label:se-1', ['1Z0009']],
    ]);
  });

  it('waits until the seller has pulled the order, and after a day for a person', async () => {
    const seller = new Seller();
    seller.known = [];
    const { world, buy } = await play(seller);
    await expect(buy()).rejects.toBeInstanceOf(Deferred);
    world.now += 24 * 3_600_000;
    await buy();
    expect((await world.order()).reason).toContain('it may not have been pulled');
    seller.known = ['se-9'];
    await world.orders.save(requestLabel(await world.order(), 'ups_ground', 'Ada', world.now));
    await buy();
    expect(seller.bought).toEqual(['se-9']);
  });

  it('waits for a person where the seller has two orders with our reference', async () => {
    const seller = new Seller();
    seller.known = ['se-9', 'se-10'];
    const { world, buy } = await play(seller);
    await buy();
    expect(seller.bought).toEqual([]);
    expect((await world.order()).reason).toContain('labels has 2 orders under SO-00042-1: se-9, se-10.');
  });

  it('waits for a person where that connection sells none', async () => {
    const { world } = await play(new Seller());
    await takeLabelSteps(await world.order(), world.connections[0], {
      orders: world.orders,
      providerFor: async (): Promise<Provider> => world.provider,
      labelFiles: world.labelFiles,
      now: () => world.now,
      log: () => {},
    });
    expect((await world.order(REFERENCE)).reason).toContain('labels sells no labels.');
  });
});
