import { expect, it } from 'vitest';
import { toOneForm } from '../../../lib/providers/extensiv/representation.ts';

const REL = 'http://api.3plCentral.com/rels';
const order = { readOnly: { orderId: 1 }, orderItems: [{ qty: 2 }] };

it.each([
  [
    'HAL',
    {
      totalResults: 1,
      _embedded: {
        [`${REL}/orders/order`]: [
          { readOnly: { orderId: 1 }, _embedded: { [`${REL}/orders/item`]: [{ qty: 2 }] } },
        ],
      },
    },
    { totalResults: 1, resourceList: [order] },
  ],
  [
    'plain JSON',
    { TotalResults: 1, ResourceList: [{ ReadOnly: { OrderId: 1 }, OrderItems: [{ Qty: 2 }] }] },
    { totalResults: 1, resourceList: [order] },
  ],
  ['HAL without a row', { totalResults: 0, _embedded: null }, { totalResults: 0 }],
  ['an answer that is no object', null, null],
])('Extensiv’s %s is read in one form', (_, answer, expected) => {
  expect(toOneForm(answer)).toEqual(expected);
});
