import { type Call, contains, equals, flag, moment, pageOf, type Routes } from './call.ts';
import { headerRequest } from './header-requests.ts';
import { replaceHeader } from './header-rules.ts';
import { guid, saleById } from './lookup.ts';
import { Refusal } from './refusal.ts';
import { parseRequest } from './requests.ts';
import { undoSale, voidSale } from './sale-rules.ts';
import type { DearState } from './state.ts';
import type { Store } from './store.ts';
import type { CountryFormat } from './wire-address.ts';
import { toWireSale, toWireSaleRow, type WireSaleRow } from './wire-sale.ts';

/** Filters that ask for one value: query name → field of the row. DEAR names the first two differently there. */
const EXACT: Readonly<Record<string, keyof WireSaleRow>> = {
  combinedpickstatus: 'CombinedPickingStatus',
  combinedpackstatus: 'CombinedPackingStatus',
  combinedshippingstatus: 'CombinedShippingStatus',
  combinedinvoicestatus: 'CombinedInvoiceStatus',
  quotestatus: 'QuoteStatus',
  orderstatus: 'OrderStatus',
  creditnotestatus: 'CreditNoteStatus',
  status: 'Status',
  externalid: 'ExternalID',
  orderlocationid: 'OrderLocationID',
};
const SEARCHED = [
  'OrderNumber',
  'Status',
  'Customer',
  'CustomerReference',
  'InvoiceNumber',
  'CreditNoteNumber',
] as const;

export function saleRoutes(store: Store): Routes {
  return {
    salelist: { GET: (call) => pageOf('SaleList', saleRows(store.state(), call), call) },
    sale: {
      GET: (call) => {
        const sale = saleById(store.state(), guid(call.query.id, 'ID'));
        return toWireSale(store.state(), sale, countryFormat(call));
      },
      PUT: (call) =>
        store.change((world) => {
          const request = parseRequest(headerRequest, call.body);
          const sale = saleById(world.state, guid(request.ID, 'ID'));
          replaceHeader(world, sale, request);
          return toWireSale(world.state, sale);
        }),
      DELETE: (call) =>
        store.change((world) => {
          const sale = saleById(world.state, guid(call.query.id, 'ID'));
          if (flag(call, 'void')) voidSale(world, sale);
          else undoSale(world, sale);
          return toWireSale(world.state, sale);
        }),
    },
  };
}

function countryFormat({ query }: Call): CountryFormat {
  const format = query.countryformat?.toLowerCase() ?? 'regular';
  if (format === 'code') throw new Refusal('The sandbox does not play CountryFormat=Code', 501);
  return format === 'code2' ? 'Code2' : 'Regular';
}

function saleRows(state: DearState, call: Call): WireSaleRow[] {
  const { query } = call;
  const createdSince = moment(call, 'createdsince') ?? Number.NEGATIVE_INFINITY;
  const updatedSince = moment(call, 'updatedsince') ?? Number.NEGATIVE_INFINITY;
  const updatedUntil = moment(call, 'updateduntil') ?? Number.POSITIVE_INFINITY;
  return state.sales
    .filter((sale) => Date.parse(sale.createdAt) >= createdSince)
    .filter(({ updatedAt }) => isBetween(Date.parse(updatedAt), updatedSince, updatedUntil))
    .map((sale) => toWireSaleRow(state, sale))
    .filter((row) => SEARCHED.some((field) => contains(row[field] ?? '', query.search)))
    .filter((row) =>
      Object.entries(EXACT).every(([name, field]) => equals(String(row[field] ?? ''), query[name])),
    )
    .filter((row) => isDue(row, moment(call, 'shipby')))
    .filter((row) => !flag(call, 'readyforshipping') || isReadyForShipping(row));
}

function isBetween(time: number, since: number, until: number): boolean {
  return time >= since && time <= until;
}

function isDue(row: WireSaleRow, shipBy: number | null): boolean {
  if (shipBy === null) return true;
  return row.ShipBy !== null && Date.parse(row.ShipBy) <= shipBy && row.CombinedShippingStatus !== 'SHIPPED';
}

function isReadyForShipping(row: WireSaleRow): boolean {
  return row.CombinedPackingStatus === 'PACKED' && row.CombinedShippingStatus !== 'SHIPPED';
}
