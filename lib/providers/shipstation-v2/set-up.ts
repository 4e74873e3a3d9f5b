import type { SetUpSpec } from '../provider-set-up.ts';
import { listShipping, listWarehouses } from './account.ts';
import { SHIPSTATION_URL, type ShipStationV2Secret, type ShipStationV2Settings } from './settings.ts';
import { shipStationWebhooks } from './webhook-subscriptions.ts';

export const shipStationV2SetUp: SetUpSpec<ShipStationV2Settings, ShipStationV2Secret> = {
  async verify({ system, settings, secret, now }) {
    const baseUrl = settings.baseUrl ?? SHIPSTATION_URL;
    const warehouses = await listWarehouses(system, { baseUrl }, secret.apiKey, now);
    return {
      found: `its account has ${warehouses.length} warehouses`,
      choices: { warehouseId: warehouses.map(({ id, name }) => ({ value: id, title: name })) },
      accountMarks: warehouses.map(({ id }) => `${baseUrl} ${id}`),
    };
  },
  listShipping: ({ system, settings, secret, now }) =>
    listShipping(system, { baseUrl: settings.baseUrl ?? SHIPSTATION_URL }, secret.apiKey, now),
  openWebhooks: ({ system, settings, secret, now }) =>
    shipStationWebhooks({
      system,
      settings: { baseUrl: settings.baseUrl ?? SHIPSTATION_URL },
      apiKey: secret.apiKey,
      now,
    }),
};
