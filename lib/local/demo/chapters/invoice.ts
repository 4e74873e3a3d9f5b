import { type Chapter, played } from '../chapter.ts';
import { promise, promisesOfShipped } from '../promises.ts';

export const invoice: Chapter = {
  name: 'invoice',
  about: 'The operator releases an unpaid order; what has left is billed in DEAR by itself.',
  play: async (stage) => {
    const sale = await stage.authorise('shipstation-reno', ['TRL-KNIFE-S', 'TRL-MUG-350']);
    await stage.order(sale.reference, 'is held', ({ status }) => status === 'On Hold');
    await stage.act(sale.reference, 'ship');
    const tracking = await stage.ship(sale);
    await stage.confirmed(sale.reference);
    const shown = await stage.dear.sale(sale.number);
    const bills = shown.invoices.filter(({ status }) => status === 'AUTHORISED');
    return played(sale, [
      promise(`DEAR shows one authorised invoice of ${sale.number}`, bills.length === 1),
      promise(
        `DEAR shows the carrier as the merchant names it`,
        shown.fulfilments[0]?.ship.lines[0]?.carrier === 'UPS Ground',
      ),
      ...promisesOfShipped(shown, [tracking]),
    ]);
  },
};
