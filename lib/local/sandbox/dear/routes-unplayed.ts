import type { Handler, Method, Routes } from './call.ts';
import { Refusal } from './refusal.ts';

const ALL: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE'];

/** Calls that DEAR has and the sandbox has not. They say so, so that nobody takes our gap for DEAR's answer. */
const UNPLAYED: ReadonlyArray<readonly [string, readonly Method[]]> = [
  ['sale', ['POST']],
  ['sale/fulfilment', ['DELETE']],
  ['sale/invoice', ['DELETE']],
  ['sale/creditnote', ['DELETE']],
  ['product', ['POST', 'PUT']],
  ['ref/location', ['PUT', 'DELETE']],
  ['stocktake', ['DELETE']],
  ['stockadjustment', ['PUT', 'DELETE']],
  ['ref/carrier', ['POST', 'PUT', 'DELETE']],
  ...[
    'sale/quote',
    'sale/order',
    'sale/payment',
    'sale/attachment',
    'sale/manualjournal',
    'customer',
    'product/attachments',
    'stocktransfer',
    'stocktransferlist',
  ].map((path) => [path, ALL] as const),
];

export function unplayedRoutes(): Routes {
  const routes = UNPLAYED.map(([path, methods]) => {
    const handlers = methods.map((method): [Method, Handler] => [method, () => refuse(method, path)]);
    return [path, Object.fromEntries(handlers)];
  });
  return Object.fromEntries(routes);
}

function refuse(method: Method, path: string): never {
  throw new Refusal(`The sandbox does not play ${method} ${path}`, 501);
}
