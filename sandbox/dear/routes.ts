import type { Behaviour } from './behaviour.ts';
import { writeCreditNote } from './billing/credit-note-rules.ts';
import { writeInvoice } from './billing/invoice-rules.ts';
import { toWireCreditNotes, toWireInvoices } from './billing/wire-billing.ts';
import { type Call, getFlag, type Handler, type Method, Refusal, type Routes } from './call.ts';
import { parseGuid, saleById } from './lookup.ts';
import {
  creditNoteRequest,
  invoiceChangesRequest,
  invoiceRequest,
  parseRequest,
  webhookRequest,
} from './requests.ts';
import { attachmentRoutes } from './sale/attachments.ts';
import { fulfilmentRoutes, saleRoutes } from './sale/routes-sale.ts';
import type { Store } from './state.ts';
import { referenceRoutes, stockRoutes } from './stock/routes-stock.ts';
import type { WebhookRecord } from './webhook-records.ts';
import { addWebhook, removeWebhook, replaceWebhook, toWireWebhook } from './webhooks.ts';

function billingRoutes(store: Store): Routes {
  const asked = (call: Call) => saleById(store.state(), parseGuid(call.query.saleid, 'SaleID'));
  const invoice = (mode: 'overwrite' | 'change') => (call: Call) =>
    store.change((world) => {
      const request = parseRequest(mode === 'overwrite' ? invoiceRequest : invoiceChangesRequest, call.body);
      const sale = saleById(world.state, parseGuid(request.SaleID, 'SaleID'));
      writeInvoice(world, sale, request, mode);
      return toWireInvoices(world.state, sale);
    });
  const creditNote = (call: Call) =>
    store.change((world) => {
      const request = parseRequest(creditNoteRequest, call.body);
      const sale = saleById(world.state, parseGuid(request.SaleID, 'SaleID'));
      writeCreditNote(world, sale, request);
      return toWireCreditNotes(world.state, sale);
    });
  return {
    'sale/invoice': {
      GET: (call) => toWireInvoices(store.state(), asked(call)),
      POST: invoice('overwrite'),
      PUT: invoice('change'),
    },
    'sale/creditnote': {
      GET: (call) => toWireCreditNotes(store.state(), asked(call), getFlag(call, 'includepaymentinfo')),
      POST: creditNote,
    },
  };
}

const ALL: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE'];

/** Calls that DEAR has and the sandbox has not. They are refused with 501, which DEAR never answers. */
const NOT_IMPLEMENTED: ReadonlyArray<readonly [string, readonly Method[]]> = [
  ['sale', ['POST']],
  ['sale/fulfilment', ['DELETE']],
  ['sale/invoice', ['DELETE']],
  ['sale/creditnote', ['DELETE']],
  ['product', ['POST', 'PUT']],
  ['ref/location', ['PUT', 'DELETE']],
  ['stocktake', ['DELETE']],
  ['stockadjustment', ['PUT', 'DELETE']],
  ['ref/carrier', ['POST', 'PUT', 'DELETE']],
  ['sale/order', ['GET', 'PUT', 'DELETE']],
  ...[
    'sale/quote',
    'sale/payment',
    'sale/manualjournal',
    'customer',
    'product/attachments',
    'purchase',
    'purchaselist',
    'stocktransfer',
    'stocktransferlist',
  ].map((path) => [path, ALL] as const),
];

function notImplementedRoutes(): Routes {
  const routes = NOT_IMPLEMENTED.map(([path, methods]) => {
    const handlers = methods.map((method): [Method, Handler] => [method, () => refuse(method, path)]);
    return [path, Object.fromEntries(handlers)];
  });
  return Object.fromEntries(routes);
}

function refuse(method: Method, path: string): never {
  throw new Refusal(`The sandbox does not implement ${method} ${path}`, 501);
}

function webhookRoutes(store: Store, behaviour: () => Behaviour): Routes {
  const paid =
    (handler: Handler): Handler =>
    (call) => {
      if (!behaviour().automationModule) {
        throw new Refusal('Webhooks need the Automation module, which is not part of this subscription');
      }
      return handler(call);
    };
  const listed = (webhooks: readonly WebhookRecord[]) => ({ Webhooks: webhooks.map(toWireWebhook) });
  return {
    webhooks: {
      GET: paid(() => listed(store.state().webhooks)),
      POST: paid(({ body }) =>
        store.change((world) => listed([addWebhook(world, parseRequest(webhookRequest, body))])),
      ),
      PUT: paid(({ body }) =>
        store.change((world) => listed([replaceWebhook(world, parseRequest(webhookRequest, body))])),
      ),
      DELETE: paid(({ query }) =>
        store.change((world) => {
          removeWebhook(world, parseGuid(query.id, 'ID'));
          return listed(world.state.webhooks);
        }),
      ),
    },
  };
}

export function allRoutes(screens: Store, behaviour: () => Behaviour): Routes {
  const store = lockedAs(screens, behaviour);
  const parts = [
    notImplementedRoutes(),
    saleRoutes(store),
    fulfilmentRoutes(store, behaviour),
    billingRoutes(store),
    attachmentRoutes(store),
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
