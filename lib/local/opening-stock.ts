import { isSameName } from '../domain/location-name.ts';
import type { ConnectionSettings } from '../settings/schema.ts';
import { seedState } from './sandbox/dear/seed.ts';
import type { OpeningStock } from './sandbox/shipstation-v2/opening-stock.ts';

/**
 * What a new sandbox of a connection's service has on its shelves: what DEAR's new sandbox says is at the connection's
 * location, so that the two begin in agreement. DEAR's batches are added up, because ShipStation lists none.
 */
export function openingStock({ location, warehouseId }: ConnectionSettings): OpeningStock[] {
  const { locations, products, stock } = seedState(0);
  const warehouse = locations.find((place) => place.parentId === null && isSameName(place.name, location));
  const bins = locations.filter(({ parentId }) => parentId !== null && parentId === warehouse?.id);
  const places = new Set([warehouse, ...bins].map((place) => place?.id));
  return products.flatMap(({ id, sku }) => {
    const rows = stock.filter((row) => row.productId === id && places.has(row.locationId));
    const quantity = rows.reduce((sum, row) => sum + row.onHand, 0);
    return rows.length === 0 ? [] : [{ sku, quantity, shipFrom: warehouseId }];
  });
}
