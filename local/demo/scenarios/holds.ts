import { expectation, expectShipped, type Scenario, toResult } from '../scenario.ts';

export const addressHold: Scenario = {
  name: 'address-hold',
  about: 'The operator corrects an address that has display lines only, and releases the order.',
  staff: [],
  play: async (demo) => {
    const shippingAddress = {
      line1: '',
      city: '',
      postcode: '',
      displayLine1: '5 Pebble Court',
      displayLine2: 'Tulsa OK 74103',
    };
    const sale = await demo.authorise(demo.main.id, ['TRL-STOVE-1B'], { shippingAddress });
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
      expectation(`${sale.reference} says that its address is incomplete`, held.hold === 'address'),
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
  about: 'An unpaid sale is held and released when its payment is in DEAR.',
  staff: [],
  play: async (demo) => {
    const sale = await demo.authorise(demo.other.id, ['TRL-MUG-350']);
    const held = await demo.order(sale.reference, 'is held', ({ status }) => status === 'On Hold');
    await demo.click(sale, 'invoice');
    await demo.click(sale, 'payment');
    const tracking = await demo.ship(sale);
    await demo.confirmed(sale.reference);
    return toResult(sale, [
      expectation(`${sale.reference} says that it awaits payment`, held.hold === 'payment'),
      ...expectShipped(await demo.dear.sale(sale.number), [tracking]),
    ]);
  },
};
