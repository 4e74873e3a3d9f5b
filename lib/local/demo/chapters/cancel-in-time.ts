import { type Chapter, played } from '../chapter.ts';
import { promise } from '../promises.ts';

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
