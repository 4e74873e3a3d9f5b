import { type Chapter, played, promise, promisesOfShipped } from '../scenario.ts';

export const cancelInTime: Chapter = {
  name: 'cancel-in-time',
  about: 'A sale that is voided in DEAR is cancelled in ShipStation before it leaves.',
  play: async (stage) => {
    const sale = await stage.authorise('shipstation', ['TRL-MUG-350']);
    await stage.arrived(sale);
    await stage.press(sale, 'void');
    await stage.order(sale.reference, 'is cancelled', ({ status }) => status === 'Cancelled');
    const statuses = (await stage.bench('shipstation').ordersFor(sale.reference)).map(({ status }) => status);
    return played(sale, [
      promise(`ShipStation shows ${sale.reference} as cancelled`, statuses.join() === 'cancelled'),
    ]);
  },
};

export const cancelRefused: Chapter = {
  name: 'cancel-refused',
  about:
    'A sale is voided while the parcel is being packed: the order says so, and DEAR is not told of a shipment.',
  play: async (stage) => {
    const sale = await stage.authorise('shipstation', ['TRL-KNIFE-S']);
    await stage.arrived(sale);
    await stage.bench('shipstation').holdOnToNext();
    await stage.press(sale, 'void');
    const refused = await stage.order(
      sale.reference,
      'is refused its cancellation',
      ({ cancellation }) => cancellation.state === 'refused',
    );
    await stage.ship(sale);
    const shipped = await stage.order(
      sale.reference,
      'has its parcel noted',
      ({ packages }) => packages.length === 1,
    );
    await stage.quiet();
    const [fulfilment] = (await stage.dear.sale(sale.number)).fulfilments;
    return played(sale, [
      promise(
        `${sale.reference} keeps ShipStation's words`,
        refused.log.some(({ words }) => words?.includes('being packed') ?? false),
      ),
      promise(
        `${sale.reference} says that it left although nobody wants it`,
        shipped.reason.includes('no longer wants it'),
      ),
      promise(
        `DEAR shows no shipment of the voided ${sale.number}`,
        fulfilment?.ship.status !== 'AUTHORISED',
      ),
    ]);
  },
};

export const undoneAndReauthorised: Chapter = {
  name: 'undone-and-reauthorised',
  about:
    'A sale is undone and authorised again: the first order is cancelled, the second ships, and nothing ships twice.',
  play: async (stage) => {
    const sale = await stage.authorise('shipstation', ['TRL-TENT-2P']);
    await stage.arrived(sale);
    await stage.press(sale, 'undo');
    await stage.order(sale.reference, 'is cancelled', ({ status }) => status === 'Cancelled');
    await stage.press(sale, 'authorise');
    const second = `${sale.number}-2`;
    const tracking = await stage.ship(sale, second);
    await stage.confirmed(second);
    const first = await stage.bench('shipstation').ordersFor(sale.reference);
    return played(
      sale,
      [
        promise(
          `ShipStation shows ${sale.reference} as cancelled`,
          first.map(({ status }) => status).join() === 'cancelled',
        ),
        ...promisesOfShipped(await stage.dear.sale(sale.number), [tracking]),
      ],
      [sale.reference, second],
    );
  },
};
