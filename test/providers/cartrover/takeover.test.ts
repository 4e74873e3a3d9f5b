import { expect, it } from 'vitest';
import { OperatorActionNeeded } from '../../../lib/domain/errors.ts';
import { openAccount } from './account.ts';

const MERCHANT = { user: 'merchant-user', key: 'merchant-key' };
const keys = { merchantUser: MERCHANT.user, merchantKey: MERCHANT.key };

/** As CartRover's own cart of DEAR brings it in. */
const imported = {
  cust_ref: 'SO-20417',
  ship_company: 'Elsewhere',
  ship_address_1: '1 Other Road',
  ship_city: 'Reno',
  ship_state: 'NV',
  ship_zip: '89501',
  ship_country: 'USA',
  ship_is_billing: true,
  items: [{ item: 'CUP', quantity: 2 }],
};

it('CartRover shows an order of another cart with the keys of the merchant, under its exact number', async () => {
  const { provider, importOrder } = await openAccount({
    sandbox: { merchant: MERCHANT },
    secret: keys,
    takesOver: true,
  });
  await importOrder(imported);
  expect(await provider.ordersNumbered('SO-20417')).toMatchObject([
    { providerOrderId: 'SO-20417', state: 'open', goods: [{ sku: 'CUP', quantity: 2 }] },
  ]);
  expect(await provider.ordersNumbered('SO-2041')).toEqual([]);
});

it('CartRover says which keys are missing instead of showing no order', async () => {
  const { provider, importOrder } = await openAccount({ sandbox: { merchant: MERCHANT }, takesOver: true });
  await importOrder(imported);
  await expect(provider.ordersNumbered('SO-20417')).rejects.toThrow(OperatorActionNeeded);
});
