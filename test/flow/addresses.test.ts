import { afterEach, expect, it } from 'vitest';
import * as z from 'zod';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

let system: VirtualSystem;
afterEach(async () => {
  await system?.stop();
});

const shipTo = z.object({
  city_locality: z.string(),
  state_province: z.string(),
  postal_code: z.string(),
  country_code: z.string(),
});
const shipments = z.object({
  shipments: z.array(z.object({ external_shipment_id: z.string().nullable(), ship_to: shipTo })),
});

/** ShipStation's address of the sale: city, state, postal code, country; null if it has no order. */
async function sell(address: object): Promise<{ reference: string; there: string | null }> {
  const { number } = await system.dear.authoriseSale({
    location: system.location,
    carrier: 'UPS Ground',
    lines: [{ sku: 'TRL-MUG-350', quantity: 1 }],
    shippingAddress: {
      line1: '1 Harbour Road',
      line2: null,
      city: null,
      state: null,
      postcode: null,
      ...address,
    },
  });
  await system.advance(2 * MINUTE);
  const reference = `${number}-1`;
  const { shipments: rows } = shipments.parse(await system.screen('shipStation', 'GET', 'shipments'));
  const found = rows.find((row) => row.external_shipment_id === reference)?.ship_to;
  const parts = found && [found.city_locality, found.state_province, found.postal_code, found.country_code];
  return { reference, there: parts?.join(', ') ?? null };
}

it('orders to complete addresses reach ShipStation with the country’s code', async () => {
  system = await startVirtualSystem();
  const rows: ReadonlyArray<readonly [address: object, there: string]> = [
    [{ city: 'Lyon', postcode: '69001', country: 'FR' }, 'Lyon, FR, 69001, FR'],
    [{ city: 'Lyon', postcode: '69001', country: 'France' }, 'Lyon, FR, 69001, FR'],
    [{ city: 'Leeds', postcode: 'LS1 4AP', country: 'United Kingdom' }, 'Leeds, GB, LS1 4AP, GB'],
    [{ city: 'Leeds', postcode: 'LS1 4AP', country: 'England' }, 'Leeds, GB, LS1 4AP, GB'],
    [{ city: 'Kowloon', country: 'HK', postcode: '' }, 'Kowloon, HK, 00000, HK'],
    [{ city: 'Dubai', state: '-', postcode: 'N/A', country: 'AE' }, 'Dubai, AE, 00000, AE'],
    [{ city: 'Seoul', postcode: '04524', country: 'Republic of Korea' }, 'Seoul, KR, 04524, KR'],
    [{ city: 'Denver', state: 'Colorado', postcode: '80202', country: 'U.S.A.' }, 'Denver, CO, 80202, US'],
    [{ city: 'Ottawa', state: 'Ontario', postcode: 'K1P 1J1', country: 'CA' }, 'Ottawa, ON, K1P 1J1, CA'],
    [
      {
        city: 'Köln',
        postcode: '50667',
        country: 'DE',
        displayLine1: '1 HARBOUR RD',
        displayLine2: 'Ko\u0308LN 50667',
      },
      'Köln, DE, 50667, DE',
    ],
  ];
  for (const [address, there] of rows)
    expect([address, (await sell(address)).there]).toEqual([address, there]);
});

it('an order without a country is held with a reason that says what to write', async () => {
  system = await startVirtualSystem();
  const { reference, there } = await sell({ city: 'Lyon', postcode: '69001', country: 'FX' });
  expect(there).toBeNull();
  expect(await system.orders.read(reference)).toMatchObject({
    status: 'On Hold',
    reason: expect.stringContaining('The country of the delivery address is not one that we know'),
  });
});
