import { type Location, listLocations } from '../../dear/locations.ts';
import { warehouseNamed } from '../../domain/external-location.ts';
import type { FulfillmentOrder } from '../../domain/fulfillment-order.ts';
import type { ConnectionSettings } from '../../settings/schema.ts';
import { OWNED_BY_INTEGRATION } from '../../workflows/stage-endings.ts';
import type { Bridge } from '../bridge.ts';
import { type Check, type Examination, fine, wrong } from './check.ts';

/** Each connection's location, and those that its provider's warehouses are mapped to. */
export const locations: Examination = {
  name: 'locations',
  examine: async (bridge) => {
    const existing = await listLocations(await bridge.dear());
    const { connections } = bridge.settings;
    return [
      ...connections.map((connection) => locationCheck(connection, existing)),
      ...connections.flatMap((connection) => mappingChecks(connection, existing)),
      ...(await ownedChecks(bridge)),
    ];
  },
};

function locationCheck({ id, location }: ConnectionSettings, existing: readonly Location[]): Check {
  const name = `location of ${id}`;
  const found = warehouseNamed(location, existing);
  const ensure = `bridge locations ensure ${id}`;
  if (found === undefined) return wrong(name, `DEAR has no location '${location}'`, ensure);
  if (found.isDeprecated) {
    return wrong(name, `'${location}' is deprecated in DEAR`, `reactivate it in DEAR, or: ${ensure}`);
  }
  if (found.bins > 0) {
    const why = `'${location}' has ${found.bins} bins, which an external location must not have`;
    return wrong(name, why, ensure);
  }
  return fine(name, `'${location}' is there, without bins`);
}

function mappingChecks({ id, warehouses }: ConnectionSettings, existing: readonly Location[]): Check[] {
  return Object.entries(warehouses).map(([warehouse, location]) => {
    const name = `mapping of ${id} ${warehouse}`;
    const known = warehouseNamed(location, existing)?.isDeprecated === false;
    if (known) return fine(name, `goes to '${location}'`);
    const next = `correct warehouses: { '${warehouse}': … } in bridge.config.ts`;
    return wrong(name, `DEAR has no location '${location}'`, next);
  });
}

/** DEAR says it only when it refuses a shipment, so the refusals are what can be looked at. */
async function ownedChecks({ orders }: Bridge): Promise<Check[]> {
  for await (const order of orders.listWaiting('confirmation-refused')) {
    if (!refusedAsOwned(order)) continue;
    const found = `DEAR refused ${order.reference}: '${order.location}' belongs to a fulfillment integration of DEAR's own`;
    const next = `disconnect '${order.location}' in DEAR's integrations, then: bridge sale reconcile ${order.saleOrderNumber}`;
    return [wrong('locations of our own', found, next)];
  }
  return [fine('locations of our own', 'DEAR has refused no shipment as one of its own integrations')];
}

/** By our own sentence: DEAR's words expire. */
function refusedAsOwned({ log }: FulfillmentOrder): boolean {
  return log.some(({ what }) => what.includes(OWNED_BY_INTEGRATION));
}
