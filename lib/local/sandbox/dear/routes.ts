import type { Behaviour } from './behaviour.ts';
import type { Routes } from './call.ts';
import { billingRoutes } from './routes-billing.ts';
import { fulfilmentRoutes } from './routes-fulfilment.ts';
import { referenceRoutes } from './routes-reference.ts';
import { saleRoutes } from './routes-sale.ts';
import { stockRoutes } from './routes-stock.ts';
import { unplayedRoutes } from './routes-unplayed.ts';
import { webhookRoutes } from './routes-webhooks.ts';
import type { Store } from './store.ts';

export function allRoutes(screens: Store, behaviour: () => Behaviour): Routes {
  const store = lockedAs(screens, behaviour);
  const parts = [
    unplayedRoutes(),
    saleRoutes(store),
    fulfilmentRoutes(store, behaviour),
    billingRoutes(store),
    referenceRoutes(store),
    stockRoutes(store, behaviour),
    webhookRoutes(store, behaviour),
  ];
  const merged: Record<string, Routes[string]> = {};
  for (const [path, methods] of parts.flatMap((part) => Object.entries(part))) {
    merged[path] = { ...merged[path], ...methods };
  }
  return merged;
}

/** The store as the API's rules see it: with the locks of stock takes, or without them. */
function lockedAs(store: Store, behaviour: () => Behaviour): Store {
  return {
    ...store,
    change: (rule) => store.change((world) => rule({ ...world, ignoresLocks: !behaviour().locksApi })),
  };
}
