import { defineConfig } from './lib/settings/define-config.ts';

/**
 * The sandbox's settings: `npm start` runs DEAR and ShipStation sandboxes beside the bridge, so nothing needs editing.
 * For real accounts start from `bridge.config.example.ts`.
 */
export default defineConfig({
  dear: { baseUrl: 'sandbox' },
  connections: [
    {
      id: 'shipstation',
      provider: 'shipstation-v2',
      baseUrl: 'sandbox',
      location: 'ShipStation Austin',
      warehouseId: 'se-1001',
      fields: {
        gift: 'AdditionalAttribute1',
        giftMessage: 'AdditionalAttribute2',
        image: 'ProductCustomField1',
        options: { Colour: 'ProductCustomField2' },
      },
      // What is in stock leaves; what is on backorder is ordered once it has come in.
      backorders: 'ship-available',
      // When ShipStation ships from its Reno warehouse after all, DEAR's stock goes down there.
      warehouses: { 'se-1002': 'ShipStation Reno' },
    },
    {
      id: 'shipstation-reno',
      provider: 'shipstation-v2',
      baseUrl: 'sandbox',
      location: 'ShipStation Reno',
      warehouseId: 'se-1002',
      // Waits for the customer's money, and bills what has left.
      holdUntilPaid: true,
      invoice: 'authorised',
      carriers: { ups_ground: 'UPS Ground' },
      // Sets DEAR's stock to what ShipStation has. Of so few products one is more than the default guard of 20 % lets pass.
      inventory: { mode: 'adjust', account: '540', guard: { lines: 0.5, quantity: 0.5 } },
    },
  ],
});
