import { type Chapter, played } from '../chapter.ts';
import { promise, promisesOfShipped } from '../promises.ts';

export const holdAndRelease: Chapter = {
  name: 'hold-and-release',
  about: 'A sale that is not paid waits; when DEAR has the money, it goes by itself.',
  play: async (stage) => {
    const sale = await stage.authorise('shipstation-reno', ['TRL-MUG-350']);
    const held = await stage.order(sale.reference, 'is held', ({ status }) => status === 'On Hold');
    await stage.press(sale, 'invoice');
    await stage.press(sale, 'payment');
    const tracking = await stage.ship(sale);
    await stage.confirmed(sale.reference);
    return played(sale, [
      promise(`${sale.reference} says that it waits for its payment`, held.hold === 'payment'),
      ...promisesOfShipped(await stage.dear.sale(sale.number), [tracking]),
    ]);
  },
};
