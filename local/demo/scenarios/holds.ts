import { expectation, expectShipped, type Scenario, toResult } from '../scenario.ts';

export const addressHold: Scenario = {
  name: 'address-hold',
  about:
    'An address whose fields are empty under what DEAR shows is corrected by the operator, and the order released.',
  play: async (demo) => {
    const shippingAddress = {
      line1: '',
      city: '',
      postcode: '',
      displayLine1: '5 Pebble Court',
      displayLine2: 'Tulsa OK 74103',
    };
    const sale = await demo.authorise('shipstation', ['TRL-STOVE-1B'], { shippingAddress });
    const held = await demo.order(sale.reference, 'is held', ({ status }) => status === 'On Hold');
    const shipTo = {
      line1: '5 Pebble Court',
      line2: '',
      city: 'Tulsa',
      state: 'OK',
      postcode: '74103',
      country: 'US',
    };
    await demo.act(sale.reference, 'edit', { shipTo });
    await demo.act(sale.reference, 'ship');
    const tracking = await demo.ship(sale);
    await demo.confirmed(sale.reference);
    return toResult(sale, [
      expectation(`${sale.reference} says that its address is in question`, held.hold === 'address'),
      expectation(
        `${sale.reference} names the missing parts`,
        held.reason.includes('street, city, postcode'),
      ),
      ...expectShipped(await demo.dear.sale(sale.number), [tracking]),
    ]);
  },
};

export const holdAndRelease: Scenario = {
  name: 'hold-and-release',
  about: 'A sale that is not paid waits; when DEAR has the money, it goes by itself.',
  play: async (demo) => {
    const sale = await demo.authorise('shipstation-reno', ['TRL-MUG-350']);
    const held = await demo.order(sale.reference, 'is held', ({ status }) => status === 'On Hold');
    await demo.click(sale, 'invoice');
    await demo.click(sale, 'payment');
    const tracking = await demo.ship(sale);
    await demo.confirmed(sale.reference);
    return toResult(sale, [
      expectation(`${sale.reference} says that it waits for its payment`, held.hold === 'payment'),
      ...expectShipped(await demo.dear.sale(sale.number), [tracking]),
    ]);
  },
};
