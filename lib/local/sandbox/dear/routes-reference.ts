import { type Call, contains, equals, flag, pageOf, type Routes, startsWith } from './call.ts';
import type { DearState } from './state.ts';
import { availability } from './stock.ts';
import type { Store } from './store.ts';
import { availabilityRow, toWireCompany, toWireLocation, toWireProduct } from './wire-reference.ts';

export function referenceRoutes(store: Store): Routes {
  const list = <Row>(key: string, rows: (state: DearState, call: Call) => Row[]) => ({
    GET: (call: Call) => pageOf(key, rows(store.state(), call), call),
  });
  return {
    me: { GET: () => toWireCompany(store.state().company) },
    'ref/location': list('LocationList', locations),
    'ref/carrier': list('CarrierList', carriers),
    product: list('Products', products),
    'ref/productavailability': list('ProductAvailabilityList', availabilityRows),
  };
}

function locations(state: DearState, call: Call) {
  const { id, name } = call.query;
  return state.locations
    .filter((location) => equals(location.id, id) && startsWith(location.name, name))
    .filter((location) => !flag(call, 'deprecated') || location.isDeprecated)
    .map((location) => toWireLocation(state, location));
}

function carriers(state: DearState, { query: { carrierid, description } }: Call) {
  return state.carriers
    .filter((carrier) => equals(carrier.id, carrierid) && startsWith(carrier.name, description))
    .map(({ id, name }) => ({ CarrierID: id, Description: name }));
}

function products(state: DearState, { query: { id, sku, name } }: Call) {
  return state.products
    .filter((product) => equals(product.id, id) && contains(product.sku, sku) && contains(product.name, name))
    .map(toWireProduct);
}

/** One row per product, place and batch; what is zero everywhere is left out, as seen live. */
function availabilityRows(state: DearState, { query: { id, sku, name, location, batch } }: Call) {
  return availability(state)
    .filter(({ stock, allocated }) => stock.onHand !== 0 || allocated !== 0)
    .map((row) => availabilityRow(state, row))
    .filter((row) => equals(row.ID, id) && equals(row.SKU, sku) && startsWith(row.Name, name))
    .filter((row) => equals(row.Location, location) && equals(row.Batch ?? '', batch));
}
