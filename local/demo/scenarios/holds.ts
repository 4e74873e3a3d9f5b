import { type Chapter, played, promise, promisesOfShipped } from '../scenario.ts';

export const addressHold: Chapter = {
  name: 'address-hold',
  about:
    'An address whose fields are empty under what DEAR shows is corrected by the operator, and the order released.',
  play: async (stage) => {
    const shippingAddress = {
      line1: '',
      city: '',
      postcode: '',
      displayLine1: '5 Pebble Court',
      displayLine2: 'Tulsa OK 74103',
    };
    const sale = await stage.authorise('shipstation', ['TRL-STOVE-1B'], { shippingAddress });
    const held = await stage.order(sale.reference, 'is held', ({ status }) => status === 'On Hold');
    const shipTo = {
      line1: '5 Pebble Court',
      line2: '',
      city: 'Tulsa',
      state: 'OK',
      postcode: '74103',
      country: 'US',
    };
    await stage.act(sale.reference, 'edit', { shipTo });
    await stage.act(sale.reference, 'ship');
    const tracking = await stage.ship(sale);
    await stage.confirmed(sale.reference);
    return played(sale, [
      promise(`${sale.reference} says that its address is in question`, held.hold === 'address'),
      promise(`${sale.reference} names the missing parts`, held.reason.includes('street, city, postcode')),
      ...promisesOfShipped(await stage.dear.sale(sale.number), [tracking]),
    ]);
  },
};

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
