import { expectation, expectShipped, type Scenario, toResult } from '../scenario.ts';

export const cancelInTime: Scenario = {
  name: 'cancel-in-time',
  about: 'A sale that is voided in DEAR is cancelled at the service before it leaves.',
  staff: [],
  play: async (demo) => {
    const sale = await demo.authorise(demo.main.id, ['TRL-MUG-350']);
    await demo.waitForArrival(sale);
    await demo.click(sale, 'void');
    await demo.order(sale.reference, 'is cancelled', ({ status }) => status === 'Cancelled');
    const isCancelled = await demo.isCancelledAtService(sale);
    return toResult(sale, [expectation(`${demo.service} shows ${sale.reference} as cancelled`, isCancelled)]);
  },
};

export const cancelRefused: Scenario = {
  name: 'cancel-refused',
  about:
    'A sale is voided while its parcel is being packed: the order shows the refused cancellation, and DEAR gets no shipment.',
  staff: ['refuseNextCancellation'],
  play: async (demo) => {
    const sale = await demo.authorise(demo.main.id, ['TRL-KNIFE-S']);
    await demo.waitForArrival(sale);
    await demo.staff(sale.connection).refuseNextCancellation?.();
    await demo.click(sale, 'void');
    const refused = await demo.order(
      sale.reference,
      'has its cancellation refused',
      ({ cancellation }) => cancellation.state === 'refused',
    );
    await demo.ship(sale);
    const shipped = await demo.order(
      sale.reference,
      'has its parcel recorded',
      ({ packages }) => packages.length === 1,
    );
    await demo.waitUntilIdle();
    const [fulfilment] = (await demo.dear.sale(sale.number)).fulfilments;
    return toResult(sale, [
      expectation(
        `${sale.reference} keeps the message of ${demo.service}`,
        refused.log.some(({ upstreamMessage }) => upstreamMessage?.includes('being packed') ?? false),
      ),
      expectation(
        `${sale.reference} says that it left after the sale was voided`,
        shipped.reason.includes('no longer asks for it'),
      ),
      expectation(
        `DEAR shows no shipment of the voided ${sale.number}`,
        fulfilment?.ship.status !== 'AUTHORISED',
      ),
    ]);
  },
};

export const undoneAndReauthorised: Scenario = {
  name: 'undone-and-reauthorised',
  about:
    'A sale is undone and authorised again: the first order is cancelled, the second ships, and nothing ships twice.',
  staff: [],
  play: async (demo) => {
    const sale = await demo.authorise(demo.main.id, ['TRL-TENT-2P']);
    await demo.waitForArrival(sale);
    await demo.click(sale, 'undo');
    await demo.order(sale.reference, 'is cancelled', ({ status }) => status === 'Cancelled');
    await demo.click(sale, 'authorise');
    const second = `${sale.number}-2`;
    const tracking = await demo.ship(sale, second);
    await demo.confirmed(second);
    const isCancelled = await demo.isCancelledAtService(sale);
    return toResult(
      sale,
      [
        expectation(`${demo.service} shows ${sale.reference} as cancelled`, isCancelled),
        ...expectShipped(await demo.dear.sale(sale.number), [tracking]),
      ],
      [sale.reference, second],
    );
  },
};
