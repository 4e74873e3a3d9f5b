import { describe, expect, it } from 'vitest';
import type { Connection } from '../../lib/domain/connection.ts';
import { Rejected, Throttled } from '../../lib/domain/errors.ts';
import { waitingFor } from '../../lib/domain/order/transitions.ts';
import type { Sale } from '../../lib/domain/sale/sale.ts';
import { actOnOrder } from '../../lib/workflows/act-on-order.ts';
import { connection } from '../builders/connection.ts';
import { fulfilment, line, sale, stageLine, toStageLines } from '../builders/sale.ts';
import { World } from './world.ts';

/** The provider has the order of a connection with these settings. */
async function accepted(wishes: Partial<Connection>, from: Sale = sale()): Promise<World> {
  const world = new World(from);
  world.connections = [connection(wishes)];
  await world.reconcile();
  await world.dispatch();
  world.dear.calls.length = 0;
  return world;
}

async function shipped(wishes: Partial<Connection>, from: Sale = sale()): Promise<World> {
  const world = await accepted(wishes, from);
  world.service.ship('order-1');
  await world.collect();
  return world;
}

const details = { system: 'DEAR', operation: 'authorise ship' };

describe('a connection that invoices', () => {
  it('makes an invoice for the packages that left, at one more call', async () => {
    const world = await shipped({ invoice: 'authorised' });
    await world.confirm();
    expect(world.dear.calls).toEqual(['pick', 'pack', 'ship', 'invoice']);
    expect(world.dear.invoices).toMatchObject([
      { taskId: sale().id, status: 'AUTHORISED', lines: [{ quantity: 2 }, { quantity: 3 }] },
    ]);
  });

  it.each(['lost before', 'lost after'] as const)('makes one invoice if the answer is %s', async (fault) => {
    const world = await shipped({ invoice: 'draft' });
    world.dear.failWrites('invoice', fault);
    await world.confirm().catch(() => world.confirm());
    expect(world.dear.invoices).toHaveLength(1);
    expect((await world.order()).confirmation.state).toBe('confirmed');
  });

  it('notes on the order if its stored prices have expired', async () => {
    const world = await shipped({ invoice: 'draft' });
    world.now += 91 * 86_400_000;
    await world.confirm();
    expect(world.dear.sale.fulfilments[0]?.ship.status).toBe('AUTHORISED');
    expect((await world.order()).log.at(-1)?.upstreamMessage).toContain('expired');
  });
});

describe('a connection that picks automatically or drafts shipments', () => {
  it('lets DEAR pick from its own allocation', async () => {
    const world = await shipped({ pick: 'auto' });
    await world.confirm();
    expect(world.dear.calls).toEqual(['pick', 'pack', 'ship']);
    expect(world.dear.sale.fulfilments[0]?.pick.status).toBe('AUTHORISED');
  });

  it('leaves the shipment for a person to authorise', async () => {
    const world = await shipped({ shipStage: 'DRAFT' });
    await world.confirm();
    expect(world.dear.sale.fulfilments[0]?.ship).toMatchObject({
      status: 'DRAFT',
      lines: [{ trackingNumbers: ['TRACK1'] }],
    });
    expect((await world.order()).confirmation.state).toBe('confirmed');
  });

  it('drafts the shipment of a parcel without tracking number once', async () => {
    const world = await accepted({ shipStage: 'DRAFT' });
    world.service.ship('order-1');
    const { provider } = world;
    world.provider = {
      ...provider,
      shipmentsSince: async function* (cursor) {
        for await (const page of provider.shipmentsSince(cursor)) {
          yield { ...page, shipments: page.shipments.map((one) => ({ ...one, trackingNumbers: [] })) };
        }
      },
    };
    await world.collect();
    await world.confirm();
    expect(world.dear.calls).toEqual(['pick', 'pack', 'ship']);
    expect((await world.order()).confirmation.state).toBe('confirmed');
  });
});

describe('a write that DEAR refuses', () => {
  it('is named with DEAR’s reason: the invoice of a shipment that DEAR shows', async () => {
    const world = await shipped({ invoice: 'authorised' });
    const no = new Rejected({ ...details, upstreamMessage: 'The period is locked' });
    world.dear.failWrites('invoice', no, no);
    await world.confirm();
    expect(await world.order()).toMatchObject({
      confirmation: { state: 'refused' },
      reason:
        'It has left, but DEAR does not take its invoice. Correct the sale in DEAR; it is tried again when it changes.',
    });
    expect((await world.order()).log.at(-1)?.upstreamMessage).toBe('The period is locked');
  });
});

describe('a connection that converts partial shipments', () => {
  it('confirms each shipment in a fulfilment of its own', async () => {
    const world = await accepted({ partialShipments: 'convert' });
    const [first, second] = world.service.orders[0]!.content.lines;
    world.service.ship('order-1', [first!]);
    await world.collect();
    await world.confirm();
    expect(await world.order()).toMatchObject({
      confirmation: { state: 'none' },
      reason: expect.stringContaining('still to come: 3 × WAX-02'),
    });
    world.service.ship('order-1', [second!]);
    await world.collect();
    await world.confirm();
    const stages = ['pick', 'pack', 'ship'];
    expect(world.dear.calls).toEqual([...stages, 'read', 'create-fulfilment', ...stages]);
    expect(
      world.dear.sale.fulfilments.map(({ ship }) => ship.lines.flatMap((one) => one.trackingNumbers)),
    ).toEqual([['TRACK1'], ['TRACK2']]);
    expect((await world.order()).confirmation.state).toBe('confirmed');
  });

  it.each(['pick', 'pack', 'ship'] as const)(
    'confirms a parcel that left after an attempt died before the %s of another in a fulfilment of its own',
    async (step) => {
      const world = await accepted({ partialShipments: 'convert' });
      const [first, second] = world.service.orders[0]!.content.lines;
      world.service.ship('order-1', [first!]);
      await world.collect();
      world.dear.failWrites(step, new Throttled({ system: 'DEAR', operation: step }, 1_000));
      await expect(world.confirm()).rejects.toThrow(Throttled);
      world.service.ship('order-1', [second!]);
      await world.collect();
      await world.confirm().catch(() => world.confirm());
      const packed = world.dear.sale.fulfilments.map(({ pack }) => pack.lines.map(({ sku }) => sku));
      expect(packed).toEqual(step === 'pick' ? [['QUILL-01', 'WAX-02']] : [['QUILL-01'], ['WAX-02']]);
      const order = await world.order();
      expect(order.confirmation).toMatchObject({ state: 'confirmed', packages: ['parcel-1', 'parcel-2'] });
    },
  );

  it('confirms a parcel that left while another was confirmed in a fulfilment of its own', async () => {
    const world = await accepted({ partialShipments: 'convert' });
    const [first, second] = world.service.orders[0]!.content.lines;
    world.service.ship('order-1', [first!]);
    await world.collect();
    const { dear } = world;
    const write = dear.authoriseShip.bind(dear);
    dear.authoriseShip = async (...given) => {
      dear.authoriseShip = write;
      world.service.ship('order-1', [second!]);
      await world.collect();
      await write(...given);
    };
    await expect(world.confirm()).rejects.toThrow('left while others were confirmed');
    await world.confirm();
    expect(dear.sale.fulfilments.map(({ pack }) => pack.lines.map(({ sku }) => sku))).toEqual([
      ['QUILL-01'],
      ['WAX-02'],
    ]);
    expect((await world.order()).confirmation.state).toBe('confirmed');
  });

  it('adds a late parcel to the fulfilment of its own, without the numbers of earlier ones', async () => {
    const world = await accepted({ partialShipments: 'convert' });
    const [first, second] = world.service.orders[0]!.content.lines;
    for (const part of [first!, second!]) {
      world.service.ship('order-1', [part]);
      await world.collect();
      await world.confirm();
    }
    world.service.ship('order-1', [second!]);
    await world.collect();
    await world.confirm();
    const shown = world.dear.sale.fulfilments.map(({ ship }) => [
      ...new Set(ship.lines.flatMap((one) => one.trackingNumbers)),
    ]);
    expect(shown).toEqual([['TRACK1'], ['TRACK2', 'TRACK3']]);
  });

  it.each(['lost before', 'lost after'] as const)(
    'makes one fulfilment for the second shipment if the answer is %s',
    async (fault) => {
      const world = await accepted({ partialShipments: 'convert' });
      const [first, second] = world.service.orders[0]!.content.lines;
      for (const part of [first!, second!]) {
        world.service.ship('order-1', [part]);
        await world.collect();
        if (part === second) world.dear.failWrites('create-fulfilment', fault);
        await world.confirm().catch(() => world.confirm());
      }
      expect(world.dear.sale.fulfilments.map(({ pick }) => pick.lines.map(({ sku }) => sku))).toEqual([
        ['QUILL-01'],
        ['WAX-02'],
      ]);
      expect((await world.order()).confirmation.state).toBe('confirmed');
    },
  );

  it('confirms a fulfilment that a person picked once all of it has left, because DEAR ships it whole', async () => {
    const lines = sale().lines.map(({ productId, sku, quantity }) => stageLine({ productId, sku, quantity }));
    const picked = sale({ fulfilments: [fulfilment({ pick: { status: 'AUTHORISED', lines } })] });
    const world = await accepted({ partialShipments: 'convert', trigger: 'PickAuthorised' }, picked);
    const [first, second] = world.service.orders[0]!.content.lines;
    world.service.ship('order-1', [first!]);
    await world.collect();
    await world.confirm();
    expect(world.dear.calls).toEqual([]);
    expect(waitingFor(await world.order())).toBe('departure');
    world.service.ship('order-1', [second!]);
    await world.collect();
    await world.confirm();
    expect(world.dear.calls).toEqual(['pack', 'ship']);
  });
});

describe('a product that a person adds to a picked fulfilment after its goods have left', () => {
  it.each([false, true])(
    'is not shown as shipped before a person took it out (confirmed: %s)',
    async (isConfirmed) => {
      const lines = toStageLines(sale(), '');
      const picked = (of: typeof lines) =>
        sale({
          lines:
            of === lines
              ? sale().lines
              : [...sale().lines, line({ productId: 'added', sku: 'NIB-03', quantity: 1 })],
          fulfilments: [fulfilment({ pick: { status: 'AUTHORISED', lines: of } })],
        });
      const world = await shipped({ trigger: 'PickAuthorised' }, picked(lines));
      if (isConfirmed) await world.confirm();
      const before = world.dear.sale;
      world.now += 120_000;
      world.dear.sale = picked([...lines, stageLine({ productId: 'added', sku: 'NIB-03', quantity: 1 })]);
      await world.reconcile();
      await world.confirm();
      const order = await world.order();
      expect(waitingFor(order)).toBe('confirmation-refused');
      expect(order.reason).toContain('It left without 1 × NIB-03, which its fulfilment in DEAR has now');
      expect(world.dear.calls).not.toContain('invoice');

      await world.reconcile();
      expect(await world.order()).toEqual(order);
      world.dear.sale = before;
      await world.reconcile();
      await world.confirm();
      await world.reconcile();
      expect((await world.order()).confirmation.state).toBe('confirmed');
    },
  );

  it('is left to the person who acknowledged the order', async () => {
    const lines = toStageLines(sale(), '');
    const pick = { status: 'AUTHORISED', lines };
    const world = await shipped({ trigger: 'PickAuthorised' }, sale({ fulfilments: [fulfilment({ pick })] }));
    const added = stageLine({ productId: 'added', sku: 'NIB-03', quantity: 1 });
    world.dear.sale = sale({ fulfilments: [fulfilment({ pick: { ...pick, lines: [...lines, added] } })] });
    await world.reconcile();
    await world.act('acknowledge');
    await world.reconcile();
    expect(waitingFor(await world.order())).toBe('');
  });
});

describe('a parcel that is reported after the confirmation', () => {
  it('adds its tracking number to the shipment that DEAR shows', async () => {
    const world = await shipped({});
    await world.confirm();
    world.service.ship('order-1', []);
    await world.collect();
    expect(world.confirmations.messages.at(-1)).toEqual({ reference: 'SO-00042-1' });
    await world.confirm();
    expect(world.dear.sale.fulfilments[0]?.ship.lines[0]?.trackingNumbers).toEqual(['TRACK1', 'TRACK2']);
    expect((await world.order()).confirmation).toMatchObject({
      state: 'confirmed',
      packages: ['parcel-1', 'parcel-2'],
    });
  });
});

describe('goods that left from another warehouse', () => {
  const wishes = { warehouses: { W2: 'Harbour Store' } };

  it('are picked at the location that the warehouse is mapped to', async () => {
    const world = await accepted(wishes);
    world.service.ship('order-1', undefined, { warehouse: 'W2' });
    await world.collect();
    await world.confirm();
    expect(world.dear.sale.fulfilments[0]?.pick.lines.map(({ location }) => location)).toEqual([
      'Harbour Store',
      'Harbour Store',
    ]);
  });

  it('stay at the location that DEAR had picked already, and the log says so', async () => {
    const world = await accepted(wishes);
    world.dear.byHand('pick', {
      lines: [stageLine(), stageLine({ productId: sale().lines[1]!.productId, quantity: 3 })],
    });
    world.service.ship('order-1', undefined, { warehouse: 'W2' });
    await world.collect();
    await world.confirm();
    expect(
      world.dear.sale.fulfilments[0]?.pack.lines.every(({ location }) => location === 'Lantern Depot'),
    ).toBe(true);
    expect((await world.order()).log.at(-1)?.what).toContain(
      'It left from Harbour Store, but DEAR had already picked it at another location',
    );
  });

  it('carry the lot and expiry that the provider reports into the pick', async () => {
    const world = await accepted({});
    world.service.ship('order-1', undefined, { batch: 'L9', expiry: '2027-05-01' });
    await world.collect();
    await world.confirm();
    expect(world.dear.sale.fulfilments[0]?.pick.lines).toMatchObject([
      { batch: 'L9', expiry: '2027-05-01' },
      { batch: 'L9' },
    ]);
  });
});

describe('a sale picked at two connected locations', () => {
  const lines = [
    stageLine(),
    stageLine({
      productId: sale().lines[1]!.productId,
      sku: 'WAX-02',
      quantity: 3,
      location: 'Harbour Store',
    }),
  ];
  const from = sale({ fulfilments: [fulfilment({ pick: { status: 'AUTHORISED', lines } })] });

  it('makes two orders, which are confirmed as one fulfilment once both have left, in boxes of their own', async () => {
    const world = new World(from);
    world.connections = [
      connection({ trigger: 'PickAuthorised' }),
      connection({ id: 'harbour', location: 'Harbour Store', trigger: 'PickAuthorised' }),
    ];
    await world.reconcile(world.event({ event: 'Sale/PickAuthorised' }));
    for (const reference of ['SO-00042-1', 'SO-00042-2']) await world.dispatch(reference);
    world.dear.calls.length = 0;

    world.service.ship('order-1');
    await world.collect();
    await world.confirm('SO-00042-1');
    expect(world.dear.calls).toEqual([]);

    world.service.ship('order-2');
    world.connections = world.connections.toReversed();
    await world.collect();
    await world.confirm('SO-00042-2');
    expect(world.dear.calls).toEqual(['pack', 'ship']);
    const packs = world.dear.sale.fulfilments[0]!.pack.lines.map(({ box, location }) => [
      box,
      location,
    ]).sort();
    expect(packs).toEqual([
      ['SO-00042-1 box 1', 'Lantern Depot'],
      ['SO-00042-2 box 1', 'Harbour Store'],
    ]);
    for (const reference of ['SO-00042-1', 'SO-00042-2']) {
      expect((await world.order(reference)).confirmation.state).toBe('confirmed');
    }
  });
});

describe('orders that share a fulfilment', () => {
  async function both(): Promise<World> {
    const lines = [
      stageLine(),
      stageLine({
        productId: sale().lines[1]!.productId,
        sku: 'WAX-02',
        quantity: 3,
        location: 'Harbour Store',
      }),
    ];
    const world = new World(sale({ fulfilments: [fulfilment({ pick: { status: 'AUTHORISED', lines } })] }));
    world.connections = [
      connection({ trigger: 'PickAuthorised' }),
      connection({ id: 'harbour', location: 'Harbour Store', trigger: 'PickAuthorised' }),
    ];
    await world.reconcile(world.event({ event: 'Sale/PickAuthorised' }));
    return world;
  }

  it('do not wait for one that a person voided', async () => {
    const world = await both();
    const deps = {
      orders: world.orders,
      fulfillment: world.fulfillment,
      confirmations: world.confirmations,
      saleEvents: world.saleEvents,
      abilities: { canCancel: true },
      now: () => world.now,
    };
    await actOnOrder('SO-00042-2', 'void', 'Ada', deps);
    await world.dispatch('SO-00042-1');
    world.service.ship('order-1');
    await world.collect();
    await world.confirm('SO-00042-1');
    expect((await world.order('SO-00042-1')).confirmation.state).toBe('confirmed');
  });

  it('add a late parcel of one of them to the shipment in DEAR', async () => {
    const world = await both();
    for (const reference of ['SO-00042-1', 'SO-00042-2']) await world.dispatch(reference);
    for (const id of ['order-1', 'order-2']) world.service.ship(id);
    await world.collect();
    world.connections = world.connections.toReversed();
    await world.collect();
    await world.confirm('SO-00042-1');
    world.service.ship('order-2', []);
    await world.collect();
    await world.confirm('SO-00042-2');
    const shown = world.dear.sale.fulfilments[0]!.ship.lines.flatMap(
      ({ trackingNumbers }) => trackingNumbers,
    );
    expect(shown).toContain('TRACK3');
    expect((await world.order('SO-00042-2')).confirmation.state).toBe('confirmed');
  });
});

describe('orders made from later stages', () => {
  it('add only the tracking number if the trigger is the shipment', async () => {
    const goods = [stageLine({ box: 'Crate' })];
    const ship = {
      status: 'AUTHORISED',
      lines: [{ boxes: ['Crate'], carrier: 'DHL', trackingNumbers: [], shippedAt: '', isShipped: true }],
    };
    const stages = fulfilment({
      pick: { status: 'AUTHORISED', lines: goods },
      pack: { status: 'AUTHORISED', lines: goods },
      ship,
    });
    const world = await shipped({ trigger: 'ShipmentAuthorised' }, sale({ fulfilments: [stages] }));
    expect(world.service.orders[0]?.content.shippingMethod).toBe('DHL');
    await world.confirm();
    expect(world.dear.sale.fulfilments[0]?.ship.lines).toMatchObject([
      { boxes: ['Crate'], trackingNumbers: ['TRACK1'] },
    ]);
  });
});

describe('a location that DEAR’s own integration owns', () => {
  it('is recognised by DEAR’s refusal, and the reason explains it', async () => {
    const world = await shipped({});
    const no = new Rejected({ ...details, upstreamMessage: 'Product belongs to an external location' });
    world.dear.failWrites('ship', no, no);
    await world.confirm();
    expect((await world.order()).reason).toContain("DEAR's own fulfillment integration");
  });
});

describe('a refused confirmation', () => {
  it('is tried again when the sale changes', async () => {
    const world = await shipped({});
    const no = new Rejected({ ...details, upstreamMessage: 'Not enough stock' });
    world.dear.failWrites('pick', no, no);
    await world.confirm();
    expect((await world.order()).confirmation.state).toBe('refused');
    world.confirmations.messages.length = 0;
    await world.reconcile(world.event({ event: 'Sale/PickAuthorised' }));
    expect(world.confirmations.messages).toEqual([{ reference: 'SO-00042-1' }]);
    await world.confirm();
    expect((await world.order()).confirmation.state).toBe('confirmed');
  });
});

describe('returned goods', () => {
  it('are credited once by a draft against the sale’s invoice', async () => {
    const world = await shipped({ invoice: 'authorised', returns: 'draft-credit-note' });
    await world.confirm();
    world.service.scanReturn(world.service.sendReturnLabel('order-1'));
    await world.collect();
    await world.confirm();
    await world.confirm();
    expect(world.dear.creditNotes).toMatchObject([
      { invoiceNumber: 'INV-1', restock: [{ location: 'Lantern Depot' }, {}] },
    ]);
    expect((await world.order()).returns).toMatchObject([{ creditNote: 'drafted' }]);
  });

  it.each(['lost before', 'lost after'] as const)('are credited once if the answer is %s', async (fault) => {
    const world = await shipped({ invoice: 'authorised', returns: 'draft-credit-note' });
    await world.confirm();
    world.service.scanReturn(world.service.sendReturnLabel('order-1'));
    await world.collect();
    world.dear.failWrites('credit-note', fault);
    await world.confirm().catch(async (error: unknown) => {
      expect(error).toMatchObject({ name: 'Deferred', afterMs: 120_000 });
      await world.confirm();
    });
    expect(world.dear.creditNotes).toHaveLength(1);
    expect((await world.order()).returns).toMatchObject([{ creditNote: 'drafted' }]);
  });

  it('are left to a person if DEAR answers and ignores the draft', async () => {
    const world = await shipped({ invoice: 'authorised', returns: 'draft-credit-note' });
    await world.confirm();
    world.service.scanReturn(world.service.sendReturnLabel('order-1'));
    await world.collect();
    world.dear.failWrites('credit-note', 'ignored');
    await world.confirm();
    await world.confirm();
    expect(world.dear.creditNotes).toEqual([]);
    expect((await world.order()).returns).toMatchObject([{ creditNote: 'refused' }]);
    expect((await world.order()).log.at(-1)?.upstreamMessage).toContain('does not show it');
  });

  it('are left to a person with a reason if the sale has no invoice', async () => {
    const world = await shipped({ returns: 'draft-credit-note' });
    world.service.scanReturn(world.service.sendReturnLabel('order-1'));
    await world.collect();
    await world.confirm();
    expect((await world.order()).log.at(-1)?.upstreamMessage).toBe(
      'The sale has no authorised invoice to credit.',
    );
  });

  it('are not credited for a return label in the parcel, nor for one that is never used', async () => {
    const world = await shipped({ invoice: 'authorised', returns: 'draft-credit-note' });
    await world.confirm();
    const tracking = world.service.sendReturnLabel('order-1');
    await world.collect();
    await world.confirm();
    expect(world.dear.creditNotes).toEqual([]);
    expect(await world.order()).toMatchObject({
      returns: [{ creditNote: 'announced' }],
      log: expect.arrayContaining([
        expect.objectContaining({ what: expect.stringContaining('A label for a return was made') }),
      ]),
    });
    world.service.scanReturn(tracking);
    await world.collect();
    await world.confirm();
    expect(world.dear.creditNotes).toHaveLength(1);
    expect((await world.order()).returns).toHaveLength(1);
  });

  it('are credited at their label if the connection says so', async () => {
    const world = await shipped({
      invoice: 'authorised',
      returns: 'draft-credit-note',
      returnsBegin: 'label',
    });
    await world.confirm();
    world.service.sendReturnLabel('order-1');
    await world.collect();
    await world.confirm();
    expect(world.dear.creditNotes).toHaveLength(1);
  });

  it('are credited without lines if the provider does not say which goods come back', async () => {
    const world = await shipped({ invoice: 'authorised', returns: 'draft-credit-note' });
    await world.confirm();
    world.service.scanReturn(world.service.sendReturnLabel('order-1', []));
    await world.collect();
    await world.confirm();
    expect(world.dear.creditNotes).toMatchObject([
      { lines: [], restock: [], memo: expect.stringContaining('Complete this draft by hand') },
    ]);
    expect((await world.order()).log.at(-1)?.what).toContain('Complete it in DEAR');
  });
});

describe('the status that DEAR’s staff see', () => {
  it('follows the order, and is not written twice', async () => {
    const world = await accepted({ statusAttribute: 'AdditionalAttribute4' });
    expect(world.confirmations.messages.length).toBeGreaterThan(0);
    await world.confirm();
    expect(world.dear.sale.additionalAttributes.AdditionalAttribute4).toBe('SO-00042-1 At warehouse');
    await world.confirm();
    expect(world.dear.calls).toEqual(['attribute']);
    world.service.ship('order-1');
    await world.collect();
    await world.confirm();
    expect(world.dear.sale.additionalAttributes.AdditionalAttribute4).toBe('SO-00042-1 Shipped TRACK1');
  });
});

describe('a voided label', () => {
  it('leaves the goods to be shipped if it was voided before the confirmation', async () => {
    const world = await accepted({});
    const tracking = world.service.ship('order-1');
    await world.collect();
    world.service.voidParcel(tracking);
    await world.collect();
    expect((await world.order()).packages).toEqual([]);
    await world.confirm();
    expect(world.dear.calls).toEqual([]);
  });
});
