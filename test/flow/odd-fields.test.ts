import { afterEach, describe, expect, it } from 'vitest';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

/** DEAR gives these values in every sale that is read until the faults are cleared. */
async function makeOdd(fields: Record<string, unknown>, path = 'sale'): Promise<void> {
  const match = { method: 'GET', path };
  await system.screen('dear', 'POST', 'faults', { kind: 'odd-fields', times: 500, match, fields });
}

async function sell(): Promise<string> {
  const lines = [{ sku: 'TRL-MUG-350', quantity: 2 }];
  const { number } = await system.dear.authoriseSale({ location: system.location, carrier: 'UPS', lines });
  await system.advance(3 * MINUTE);
  return number;
}

/** Else the address that DEAR shows would contradict the field. */
const NOT_DISPLAYED = {
  'ShippingAddress.DisplayAddressLine1': '',
  'ShippingAddress.DisplayAddressLine2': '',
};

const getOrder = (number: string) => system.orders.read(`${number}-1`);

describe('a sale with a field in another form', () => {
  it.each([
    ['an amount as a text', { 'Order.Total': '12.50', 'Order.Lines.0.Price': '6.25' }],
    ['an amount that is empty', { 'Order.Tax': '', 'Order.Lines.0.Discount': '' }],
    ['DropShip as 0', { 'Order.Lines.0.DropShip': 0 }],
    ['a numeric postcode', { 'ShippingAddress.Postcode': 78701, ...NOT_DISPLAYED }],
    ['empty lists where objects belong', { BillingAddress: [], AdditionalAttributes: '' }],
  ])('is ordered if the field is %s', async (_, fields) => {
    system = await startVirtualSystem();
    await makeOdd(fields);
    const order = await getOrder(await sell());
    expect(order?.reason).toContain('shipstation accepted it');
    expect(system.deadLetters()).toBe(0);
  });

  it.each([
    ['a null quantity', { 'Order.Lines.0.Quantity': null }],
    ['a null line', { 'Order.Lines.0': null }],
    ['a type that is not known', { Type: 'Barter' }],
  ])('is held with a reason if the field is %s', async (_, fields) => {
    system = await startVirtualSystem();
    await makeOdd(fields);
    const number = await sell();
    const order = await getOrder(number);
    if (order !== null) expect(order.reason).toContain('cannot be read');
    expect(await system.bench.ordersFor(`${number}-1`)).toEqual([]);
    expect(system.count('sale.unreadable')).toBeGreaterThan(0);
    expect(system.deadLetters()).toBe(0);
  });

  it('waits with a reason after it left, and is confirmed once its stages can be read', async () => {
    system = await startVirtualSystem();
    const number = await sell();
    // The lost answer makes the bridge read the sale.
    const match = { method: 'POST', path: 'sale/fulfilment/pick' };
    await system.screen('dear', 'POST', 'faults', { kind: 'timeout-before', match });
    await makeOdd({ 'Fulfilments.0.Pick': 'odd' });
    const [order] = await system.bench.ordersFor(`${number}-1`);
    await system.bench.ship(order!.id);
    await system.advance(120 * MINUTE);
    expect((await getOrder(number))?.reason).toMatch(/DEAR is not updated yet.*Fulfilments\.0\.Pick/);
    expect(system.deadLetters()).toBe(0);
    await system.screen('dear', 'DELETE', 'faults');
    await system.advance(20 * MINUTE);
    expect(await getOrder(number)).toMatchObject({ confirmation: { state: 'confirmed' } });
    expect((await system.dear.sale(number)).fulfilments[0]?.ship.status).toBe('AUTHORISED');
  });

  it('does not stop the sweep if its row has no time of change', async () => {
    system = await startVirtualSystem();
    await makeOdd({ 'SaleList.*.Updated': null }, 'saleList');
    expect((await getOrder(await sell()))?.reason).toContain('shipstation accepted it');
    await system.advance(60 * MINUTE);
    expect(system.deadLetters()).toBe(0);
  });
});
