import type { Behaviour } from '../behaviour.ts';
import {
  type Call,
  contains,
  equals,
  getFlag,
  getTime,
  notFound,
  type Routes,
  startsWith,
  toPage,
} from '../call.ts';
import { getWarehouse, locationById, parseGuid, productById } from '../lookup.ts';
import { locationRequest, parseRequest } from '../requests.ts';
import type { DearState, Store } from '../state.ts';
import { createLocation } from './reference-rules.ts';
import { type Availability, availability } from './stock.ts';
import { openStockTakeRequest, saveStockTakeRequest, stockAdjustmentRequest } from './stock-documents.ts';
import { adjustStock, openStockTake, saveStockTake, stockTakeById } from './stock-take-rules.ts';
import {
  availabilityRow,
  toWireCompany,
  toWireLocation,
  toWireNewLocation,
  toWireProduct,
  toWireProductWithBom,
} from './wire-reference.ts';
import { toWireAdjustment, toWireHeader, toWireStockTake, toWireStockTakeRow } from './wire-stock.ts';

/** The key of both lists, per the blueprint's examples. */
const LIST = 'StockAdjustmentList';

export function stockRoutes(store: Store, behaviour: () => Behaviour): Routes {
  return { ...stockTakeRoutes(store), ...stockAdjustmentRoutes(store, behaviour) };
}

function stockTakeRoutes(store: Store): Routes {
  return {
    stocktakelist: {
      GET: (call) => {
        const takes = store.state().stockTakes.filter(({ status }) => equals(status, call.query.status));
        return toPage(LIST, takes, call, (take) => toWireStockTakeRow(store.state(), take));
      },
    },
    stocktake: {
      GET: (call) =>
        toWireStockTake(store.state(), stockTakeById(store.state(), parseGuid(call.query.taskid, 'TaskID'))),
      POST: (call) =>
        store.change((world) => {
          const request = parseRequest(openStockTakeRequest, call.body);
          return toWireStockTake(world.state, openStockTake(world, request));
        }),
      PUT: (call) =>
        store.change((world) => {
          const request = parseRequest(saveStockTakeRequest, call.body);
          const take = stockTakeById(world.state, parseGuid(request.TaskID, 'TaskID'));
          saveStockTake(world, take, request);
          return toWireStockTake(world.state, take);
        }),
    },
  };
}

function stockAdjustmentRoutes(store: Store, behaviour: () => Behaviour): Routes {
  return {
    stockadjustmentlist: {
      GET: (call) => {
        const { stockAdjustments } = store.state();
        const adjustments = stockAdjustments.filter(({ status }) => equals(status, call.query.status));
        return toPage(LIST, adjustments, call, toWireHeader);
      },
    },
    stockadjustment: {
      GET: (call) => {
        const taskId = parseGuid(call.query.taskid, 'TaskID');
        const adjustment = store.state().stockAdjustments.find((one) => one.taskId === taskId);
        if (adjustment === undefined) throw notFound(`Stock adjustment with ID ${taskId} was not found`);
        return toWireAdjustment(store.state(), adjustment);
      },
      POST: (call) =>
        store.change((world) => {
          const request = parseRequest(stockAdjustmentRequest, call.body);
          const isIgnored = behaviour().ignores.includes('UpdateOnHand');
          const taken = isIgnored ? { ...request, UpdateOnHand: false } : request;
          return toWireAdjustment(world.state, adjustStock(world, taken));
        }),
    },
  };
}

export function referenceRoutes(store: Store): Routes {
  return {
    me: { GET: () => toWireCompany(store.state().company) },
    'ref/carrier': { GET: (call) => toPage('CarrierList', carriers(store.state(), call), call) },
    'ref/location': {
      GET: (call) =>
        toPage('LocationList', locations(store.state(), call), call, (location) =>
          toWireLocation(store.state(), location),
        ),
      POST: (call) =>
        store.change((world) => {
          const request = parseRequest(locationRequest, call.body);
          return toWireNewLocation(createLocation(world, request));
        }),
    },
    product: {
      GET: (call) =>
        toPage('Products', products(store.state(), call), call, (product) =>
          getFlag(call, 'includebom') ? toWireProductWithBom(store.state(), product) : toWireProduct(product),
        ),
    },
    'ref/productavailability': {
      GET: (call) =>
        toPage('ProductAvailabilityList', stockRows(store.state(), call), call, (row) =>
          availabilityRow(store.state(), row),
        ),
    },
  };
}

function locations(state: DearState, call: Call) {
  const { id, name } = call.query;
  return state.locations
    .filter((location) => equals(location.id, id) && startsWith(location.name, name))
    .filter((location) => !getFlag(call, 'deprecated') || location.isDeprecated);
}

function carriers(state: DearState, { query: { carrierid, description } }: Call) {
  return state.carriers
    .filter((carrier) => equals(carrier.id, carrierid) && startsWith(carrier.name, description))
    .map(({ id, name }) => ({ CarrierID: id, Description: name }));
}

function products(state: DearState, call: Call) {
  const { id, sku, name } = call.query;
  const modifiedSince = getTime(call, 'modifiedsince') ?? Number.NEGATIVE_INFINITY;
  return state.products
    .filter((product) => equals(product.id, id) && contains(product.sku, sku) && contains(product.name, name))
    .filter(({ isDeprecated }) => !isDeprecated || getFlag(call, 'includedeprecated'))
    .filter(({ updatedAt }) => Date.parse(updatedAt) >= modifiedSince);
}

/** One row per product, location and batch. A row of zeros is left out, as seen live. */
function stockRows(state: DearState, { query: { id, sku, name, location, batch } }: Call): Availability[] {
  const isWanted = ({ stock }: Availability) => {
    const product = productById(state, stock.productId);
    const warehouse = locationById(state, getWarehouse(state, stock.locationId));
    return (
      equals(product.id, id) &&
      equals(product.sku, sku) &&
      startsWith(product.name, name) &&
      equals(warehouse.name, location) &&
      equals(stock.batch, batch)
    );
  };
  return onShelves(state).filter(isWanted);
}

const known = new WeakMap<DearState, Availability[]>();

/** Calculated once for each state, which never changes once it is saved, because a list is read page by page. */
function onShelves(state: DearState): Availability[] {
  const rows = known.get(state) ?? availability(state);
  known.set(state, rows);
  return rows;
}
