import { defineConfig } from './lib/settings/define-config.ts';

/**
 * A real account's settings. Copy to a file of your own and name it: `BRIDGE_CONFIG=acme.config.ts npm run deploy`. What is
 * commented out shows another choice than the default; docs/settings.md has every setting.
 */
export default defineConfig({
  dear: {
    // The vendor's own address is the default. Cin7 publishes these as the senders of its webhooks; they change, so
    // leave the list out if you would rather rely on the token alone.
    webhookAddresses: ['23.96.51.98', '52.136.127.169', '52.249.203.83', '13.82.183.64'],
    // 55 of DEAR's 60; less where other programs call the same account.
    // callsPerMinute: 40,
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
      // storeId: 'se-77410',
      // Of its account's 200; less where other programs call it. The same for all connections that share an API key.
      // callsPerMinute: 150,

      // Where a second connection has the same location: which sales are this one's. The first rule that fits wins, in the
      // order of this file; one connection goes without rules and ships the rest. With `skus` a sale goes apart. DEAR's stock
      // of the location is that of both, so one of them compares the sum, and the other has `inventory: { every: 'off' }`.
      // rules: [{ name: 'Canada', countries: ['CA'] }, { salesChannels: ['Amazon'], weightGrams: { below: 20_000 } }, { skus: ['FROZEN-*'] }],

      // Which sales.
      // The stage of DEAR's that makes an order and gives its lines; the order itself where it is left out.
      // trigger: 'PickAuthorised',
      // Only sales that fit all of these.
      // admission: { ordersFrom: '2026-01-01', salesChannels: ['Shopify'], attributes: { AdditionalAttribute3: ['3PL'] } },
      // SKUs on order lines that nobody ships; `*` stands for any text.
      // serviceSkus: ['SVC-*', 'GIFTWRAP'],
      // kits: 'kit',
      // While any line is backordered: 'wait' makes no order yet; 'ship-available' orders what is there, and each delivery of
      // stock after that, which makes an advanced sale of a simple one when its second parcel has left.
      backorders: 'wait',

      // When it is sent.
      // Every order waits until a person processes it.
      // release: 'manual',
      // On Hold until DEAR says that the sale is paid.
      // holdUntilPaid: true,
      // DEAR's shipping methods → ShipStation's service codes; a method that is not here is held, or passed on by 'pass'.
      // shippingMethods: { services: { Express: 'ups_next_day_air', Standard: 'ups_ground' }, unmapped: 'hold' },

      // An order with a SKU that is on no list of ShipStation's stock waits for a person; 'pass' sends it.
      // catalogue: { every: '6 hours', unknownSkus: 'hold' },

      // What DEAR is told.
      // Each shipment at once, in a fulfilment of its own, which makes an advanced sale of a simple one for good.
      // partialShipments: 'convert',
      // Bill what left: 'draft' or 'authorised'.
      // invoice: 'draft',
      // ShipStation's services or carriers → the carrier's name in DEAR.
      // carriers: { ups_ground: 'UPS Ground', usps_priority_mail: 'USPS Priority' },
      // ShipStation's warehouses → the DEAR locations that their goods are picked at.
      // warehouses: { 'se-123457': 'ShipStation Reno' },
      // What ShipStation counts in other units than DEAR: 1 m is 100 cm there, and 12 pieces are one box there.
      // units: { 'CLOTH-*': { dear: 1, provider: 100 }, 'BOLT-M8': { dear: 12, provider: 1 } },
      // The attribute of the sale in which DEAR's staff see a short status; two calls of DEAR for each change.
      // statusAttribute: 'AdditionalAttribute4',
      // How often the orders that have not left are compared with the service's own; '1 hour' by default.
      // checkOrders: '30 minutes',
      // An order without news of its arrival is taken for Completed so many days after its last package left; 14 by default.
      // estimatedArrivalDays: 21,
      // Draft a credit note, with restock, for goods that come back.
      // returns: 'draft-credit-note',
      // returnsBegin: 'label',

      // Labels. Without it they are bought at ShipStation alone; `{}` lets a person buy them here.
      // shippingService: { buy: 'cheapest', withinDays: 5, ratesAttribute: 'AdditionalAttribute5' },

      // Stock. It is compared every hour and reported; look at some reports before anything is written.
      // 'stocktake' opens a stock take for a person to complete; 'adjust' corrects DEAR by itself, within the guard.
      // inventory: { mode: 'adjust', account: '403', unitCostTier: 'Wholesale', guard: { lines: 0.1, quantity: 0.1 } },

      // Fields of DEAR's that carry what DEAR has no field of its own for.
      fields: {
        gift: 'AdditionalAttribute1',
        giftMessage: 'AdditionalAttribute2',
        image: 'ProductCustomField1',
        options: { Colour: 'ProductCustomField2' },
      },
    },
  ],
  // Who is told when an alarm fires; each address confirms its subscription once.
  alarms: { emails: ['on-call@example.com'] },
  // Names, addresses and notes are deleted from the table after so many days.
  personalDataDays: 90,
  logRetentionDays: 30,
});
