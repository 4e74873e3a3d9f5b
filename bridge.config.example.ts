import { defineConfig } from './lib/settings/define-config.ts';

/** A real account's settings. Copy to a file of your own and name it: `BRIDGE_CONFIG=acme.config.ts npm run deploy`. */
export default defineConfig({
  dear: {
    // The vendor's own address is the default. Cin7 publishes these as the senders of its webhooks; they change, so
    // leave the list out if you would rather rely on the token alone.
    webhookAddresses: ['23.96.51.98', '52.136.127.169', '52.249.203.83', '13.82.183.64'],
  },
  connections: [
    {
      // Part of the webhook's address and of the secret's name.
      id: 'shipstation',
      provider: 'shipstation-v2',
      // The DEAR location that ShipStation ships for, spelt as in DEAR → Settings → Locations.
      location: 'ShipStation Austin',
      // The ship-from location: curl -H "api-key: …" https://api.shipstation.com/v2/warehouses
      warehouseId: 'se-123456',
      // The store that orders appear under; the first manual store where it is left out.
      // storeId: '77410',
      // While any line is backordered: 'wait' makes no order yet, 'ship-available' orders the rest.
      backorders: 'wait',
      // Fields of DEAR's that carry what DEAR has no field of its own for.
      fields: {
        gift: 'AdditionalAttribute1',
        giftMessage: 'AdditionalAttribute2',
        image: 'ProductCustomField1',
        options: { Colour: 'ProductCustomField2' },
      },
    },
  ],
  // Names, addresses and notes are deleted from the table after so many days.
  personalDataDays: 90,
  logRetentionDays: 30,
});
