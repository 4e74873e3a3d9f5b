import { expect, test } from 'vitest';
import { readSale } from './billing.ts';
import { play } from './play.ts';

const EMPTY = { Line1: '', Line2: '', City: '', State: '', Postcode: '', Country: '' };

test('an address keeps its parts and its display lines exactly as typed, also where they disagree', async () => {
  const dear = await play();
  const parts = { line1: ' 14 quarry  steps', line2: '', city: 'MOAB', state: 'Utah ', postcode: '84532-' };
  const display = { displayLine1: '15 Quarry Lane', displayLine2: 'Grand Junction, CO 81501' };
  const typed = { ...parts, country: 'Untied States', company: '', contact: ' Sage  Rill', ...display };
  const { id } = await dear.sell({ shippingAddress: typed });
  const expected = {
    Line1: ' 14 quarry  steps',
    Line2: '',
    City: 'MOAB',
    State: 'Utah ',
    Postcode: '84532-',
    Country: 'Untied States',
    Company: '',
    Contact: ' Sage  Rill',
    DisplayAddressLine1: '15 Quarry Lane',
    DisplayAddressLine2: 'Grand Junction, CO 81501',
  };
  expect((await readSale(dear, id)).ShippingAddress).toMatchObject(expected);
  await dear.screen('PATCH', `sales/${id}`, { note: 'Ring twice' });
  expect((await readSale(dear, id)).ShippingAddress).toMatchObject(expected);
});

test('an edit may leave the parts or the display lines empty', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  const edit = async (shippingAddress: object) => {
    await dear.screen('PATCH', `sales/${id}`, { shippingAddress });
    return (await readSale(dear, id)).ShippingAddress;
  };
  const nothing = { line1: '', line2: '', city: '', state: '', postcode: '', country: '' };
  const display = { displayLine1: '15 Quarry Lane', displayLine2: 'Moab UT 84532' };
  expect(await edit({ ...nothing, ...display })).toMatchObject({
    ...EMPTY,
    DisplayAddressLine1: '15 Quarry Lane',
    DisplayAddressLine2: 'Moab UT 84532',
  });
  const other = { line1: '3 Ash Row', city: 'Provo', country: 'US', displayLine1: '', displayLine2: '' };
  expect(await edit(other)).toMatchObject({
    Line1: '3 Ash Row',
    City: 'Provo',
    Country: 'US',
    DisplayAddressLine1: '',
    DisplayAddressLine2: '',
  });
});
