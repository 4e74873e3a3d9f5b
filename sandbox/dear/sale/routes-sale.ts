import type { Behaviour } from '../behaviour.ts';
import { type Call, contains, equals, getFlag, getTime, Refusal, type Routes, toPage } from '../call.ts';
import { parseGuid, saleById, type Task, taskById } from '../lookup.ts';
import {
  autoPickRequest,
  fulfilmentRequest,
  headerRequest,
  orderRequest,
  packRequest,
  parseRequest,
  pickRequest,
  shipRequest,
} from '../requests.ts';
import type { DearState, Store } from '../state.ts';
import type { CountryFormat } from './address.ts';
import { addFulfilment } from './fulfilment-rules.ts';
import { writePack, writePick } from './pick-pack-rules.ts';
import { replaceHeader, undoSale, voidSale, writeOrder } from './sale-rules.ts';
import { writeShip } from './ship-rules.ts';
import { toWireFulfilments, toWireOwnStage, toWireShip } from './wire-fulfilment.ts';
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
    salelist: { GET: (call) => toPage('SaleList', saleRows(store.state(), call), call) },
    sale: {
      GET: (call) => {
        const sale = saleById(store.state(), parseGuid(call.query.id, 'ID'));
        return toWireSale(store.state(), sale, countryFormat(call));
      },
      PUT: (call) =>
        store.change((world) => {
          const request = parseRequest(headerRequest, call.body);
          const sale = saleById(world.state, parseGuid(request.ID, 'ID'));
          replaceHeader(world, sale, request);
          return toWireSale(world.state, sale);
        }),
      DELETE: (call) =>
        store.change((world) => {
          const sale = saleById(world.state, parseGuid(call.query.id, 'ID'));
          if (getFlag(call, 'void')) voidSale(world, sale);
          else undoSale(world, sale);
          return toWireSale(world.state, sale);
        }),
    },
    'sale/order': {
      POST: (call) =>
        store.change((world) => {
          const request = parseRequest(orderRequest, call.body);
          const sale = saleById(world.state, parseGuid(request.SaleID, 'SaleID'));
          writeOrder(world, sale, request);
          return { SaleID: sale.id, ...toWireSale(world.state, sale).Order };
        }),
    },
  };
}

function countryFormat({ query }: Call): CountryFormat {
  const format = query.countryformat?.toLowerCase() ?? 'regular';
  if (format === 'code') throw new Refusal('The sandbox does not implement CountryFormat=Code', 501);
  return format === 'code2' ? 'Code2' : 'Regular';
}

function saleRows(state: DearState, call: Call): WireSaleRow[] {
  const { query } = call;
  const createdSince = getTime(call, 'createdsince') ?? Number.NEGATIVE_INFINITY;
  const updatedSince = getTime(call, 'updatedsince') ?? Number.NEGATIVE_INFINITY;
  const updatedUntil = getTime(call, 'updateduntil') ?? Number.POSITIVE_INFINITY;
  return state.sales
    .filter((sale) => Date.parse(sale.createdAt) >= createdSince)
    .filter(({ updatedAt }) => isBetween(Date.parse(updatedAt), updatedSince, updatedUntil))
    .map((sale) => toWireSaleRow(state, sale))
    .filter((row) => SEARCHED.some((field) => contains(row[field] ?? '', query.search)))
    .filter((row) =>
      Object.entries(EXACT).every(([name, field]) => equals(String(row[field] ?? ''), query[name])),
    )
    .filter((row) => isDue(row, getTime(call, 'shipby')))
    .filter((row) => !getFlag(call, 'readyforshipping') || isReadyForShipping(row));
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

type Mode = 'add' | 'replace';

export function fulfilmentRoutes(store: Store, behaviour: () => Behaviour): Routes {
  const pick = (call: Call) =>
    store.change((world) => {
      const request = parseRequest(isAutoPick(call) ? autoPickRequest : pickRequest, call.body);
      const task = taskById(world.state, parseGuid(request.TaskID, 'TaskID'));
      writePick(world, task, request);
      return stageAnswer(world.state, task, 'pick');
    });
  const pack = (mode: Mode) => (call: Call) =>
    store.change((world) => {
      const request = parseRequest(packRequest, call.body);
      const task = taskById(world.state, parseGuid(request.TaskID, 'TaskID'));
      writePack(world, task, request, mode);
      return stageAnswer(world.state, task, 'pack');
    });
  const ship = (mode: Mode) => (call: Call) =>
    store.change((world) => {
      const request = parseRequest(shipRequest, call.body);
      const task = taskById(world.state, parseGuid(request.TaskID, 'TaskID'));
      if (!behaviour().ignores.includes('AddTrackingNumbers')) writeShip(world, task, request, mode);
      else if (!request.AddTrackingNumbers)
        writeShip(world, task, { ...request, AddTrackingNumbers: true }, mode);
      return shipAnswer(task);
    });
  const asked = (call: Call) => taskById(store.state(), parseGuid(call.query.taskid, 'TaskID'));
  return {
    'sale/fulfilment': fulfilments(store),
    'sale/fulfilment/pick': {
      GET: (call) => stageAnswer(store.state(), asked(call), 'pick'),
      POST: pick,
      PUT: pick,
    },
    'sale/fulfilment/pack': {
      GET: (call) => stageAnswer(store.state(), asked(call), 'pack'),
      POST: pack('add'),
      PUT: pack('replace'),
    },
    'sale/fulfilment/ship': {
      GET: (call) => shipAnswer(asked(call)),
      POST: ship('add'),
      PUT: ship('replace'),
    },
  };
}

function fulfilments(store: Store) {
  return {
    GET: (call: Call) => {
      const sale = saleById(store.state(), parseGuid(call.query.saleid, 'SaleID'));
      return toWireFulfilments(store.state(), sale);
    },
    POST: (call: Call) =>
      store.change((world) => {
        const { SaleID } = parseRequest(fulfilmentRequest, call.body);
        const sale = saleById(world.state, parseGuid(SaleID, 'SaleID'));
        addFulfilment(world, sale);
        return toWireFulfilments(world.state, sale);
      }),
  };
}

function isAutoPick({ body }: Call): boolean {
  return typeof body === 'object' && body !== null && 'AutoPickMode' in body && body.AutoPickMode !== null;
}

function stageAnswer(state: DearState, { fulfilment }: Task, kind: 'pick' | 'pack') {
  return { TaskID: fulfilment.taskId, ...toWireOwnStage(state, fulfilment[kind], kind) };
}

function shipAnswer({ sale, fulfilment }: Task) {
  return { TaskID: fulfilment.taskId, ...toWireShip(sale, fulfilment) };
}
