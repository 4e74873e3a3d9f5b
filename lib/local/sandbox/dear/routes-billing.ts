import { creditNoteRequest, invoiceChangesRequest, invoiceRequest } from './billing-requests.ts';
import { type Call, flag, type Routes } from './call.ts';
import { writeCreditNote } from './credit-note-rules.ts';
import { writeInvoice } from './invoice-rules.ts';
import { guid, saleById } from './lookup.ts';
import { parseRequest } from './requests.ts';
import type { Store } from './store.ts';
import { toWireCreditNotes, toWireInvoices } from './wire-billing.ts';

export function billingRoutes(store: Store): Routes {
  const asked = (call: Call) => saleById(store.state(), guid(call.query.saleid, 'SaleID'));
  const invoice = (mode: 'overwrite' | 'change') => (call: Call) =>
    store.change((world) => {
      const request = parseRequest(mode === 'overwrite' ? invoiceRequest : invoiceChangesRequest, call.body);
      const sale = saleById(world.state, guid(request.SaleID, 'SaleID'));
      writeInvoice(world, sale, request, mode);
      return toWireInvoices(world.state, sale);
    });
  const creditNote = (call: Call) =>
    store.change((world) => {
      const request = parseRequest(creditNoteRequest, call.body);
      const sale = saleById(world.state, guid(request.SaleID, 'SaleID'));
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
      GET: (call) => toWireCreditNotes(store.state(), asked(call), flag(call, 'includepaymentinfo')),
      POST: creditNote,
    },
  };
}
