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
    },
  ],
});
