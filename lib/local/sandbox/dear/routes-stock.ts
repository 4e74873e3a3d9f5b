import type { Behaviour } from './behaviour.ts';
import { equals, pageOf, type Routes } from './call.ts';
import { guid } from './lookup.ts';
import { notFound } from './refusal.ts';
import { parseRequest } from './requests.ts';
import { adjustStock } from './stock-adjustment-rules.ts';
import { openStockTakeRequest, saveStockTakeRequest, stockAdjustmentRequest } from './stock-requests.ts';
import { openStockTake, saveStockTake, stockTakeById } from './stock-take-rules.ts';
import type { Store } from './store.ts';
import { toWireAdjustment, toWireHeader, toWireStockTake, toWireStockTakeRow } from './wire-stock.ts';

/** Under this key come the lists of both, per the blueprint's examples. */
const LIST = 'StockAdjustmentList';

export function stockRoutes(store: Store, behaviour: () => Behaviour): Routes {
  return { ...stockTakeRoutes(store), ...stockAdjustmentRoutes(store, behaviour) };
}

function stockTakeRoutes(store: Store): Routes {
  return {
    stocktakelist: {
      GET: (call) => {
        const takes = store.state().stockTakes.filter(({ status }) => equals(status, call.query.status));
        return pageOf(LIST, takes, call, (take) => toWireStockTakeRow(store.state(), take));
      },
    },
    stocktake: {
      GET: (call) =>
        toWireStockTake(store.state(), stockTakeById(store.state(), guid(call.query.taskid, 'TaskID'))),
      POST: (call) =>
        store.change((world) => {
          const request = parseRequest(openStockTakeRequest, call.body);
          return toWireStockTake(world.state, openStockTake(world, request));
        }),
      PUT: (call) =>
        store.change((world) => {
          const request = parseRequest(saveStockTakeRequest, call.body);
          const take = stockTakeById(world.state, guid(request.TaskID, 'TaskID'));
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
        return pageOf(LIST, adjustments, call, toWireHeader);
      },
    },
    stockadjustment: {
      GET: (call) => {
        const taskId = guid(call.query.taskid, 'TaskID');
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
