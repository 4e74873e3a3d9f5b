import { type Chapter, played } from '../chapter.ts';
import { promise, promisesOfShipped } from '../promises.ts';

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
