import type { Connection } from '../connection.ts';
import { isSameName } from './location.ts';
import type { Sale, SaleFulfilment } from './sale.ts';

/**
 * Why a sale may not become an order of the connection; null where it may. Call it only while there is no order: an existing
 * order stays, because our own writes change the sale's status.
 */
export function whyNotAdmitted(sale: Sale, connection: Connection, taskId: string): string | null {
  const { saleStatuses, ordersFrom, salesChannels, attributes } = connection.admission;
  const status = getStatus(sale, taskId);
  if (saleStatuses.length > 0 && !saleStatuses.includes(status)) {
    return `The sale is ${status}; ${connection.id} takes ${saleStatuses.join(', ')}.`;
  }
  if (ordersFrom !== '' && sale.orderDate !== '' && sale.orderDate < ordersFrom) {
    return `The sale is dated ${sale.orderDate}; ${connection.id} takes sales from ${ordersFrom} on.`;
  }
  if (salesChannels.length > 0 && !salesChannels.some((name) => isSameName(name, sale.sourceChannel))) {
    return `The sale came through '${sale.sourceChannel}'; ${connection.id} takes ${salesChannels.join(', ')}.`;
  }
  for (const [attribute, values] of Object.entries(attributes)) {
    const value = sale.additionalAttributes[attribute] ?? '';
    if (!values.includes(value))
      return `The sale's ${attribute} is ${value === '' ? 'empty' : 'another one'}; ${connection.id} takes ${values.join(', ')}.`;
  }
  return shippedByOthers(sale, connection, taskId)
    ? 'The sale was already shipped in DEAR, so it is not sent again.'
    : null;
}

/**
 * As in ShipStation's own connection, a tracking number means that the goods were shipped elsewhere. For a connection that ships
 * single fulfilments, the others do not count, because the bridge may have shipped them.
 */
function shippedByOthers(sale: Sale, { trigger }: Connection, taskId: string): boolean {
  const isWhole = trigger === 'OrderAuthorised';
  const own = sale.fulfilments.filter((one) => isWhole || one.taskId === taskId);
  const numbers = own.flatMap(({ ship }) => ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers));
  if (numbers.length > 0 || (isWhole && sale.trackingNumbers.length > 0)) return true;
  return trigger !== 'ShipmentAuthorised' && own.some(({ ship }) => isShipped(ship.status));
}

function isShipped(status: string): boolean {
  return status === 'AUTHORISED' || status === 'PARTIALLY AUTHORISED';
}

/**
 * DEAR's sale status. An advanced sale's status does not cover picking to invoicing, so it is derived from the stages and the
 * invoice of the fulfilment, as DEAR derives it for simple sales.
 */
export function getStatus(sale: Sale, taskId: string): string {
  if (sale.type !== 'advanced') return sale.status;
  const fulfilment = sale.fulfilments.find((one) => one.taskId === taskId);
  return fulfilment === undefined ? 'ORDERED' : stageStatus(fulfilment, invoiceStatus(sale, fulfilment));
}

/** '' where the fulfilment has no invoice. */
function invoiceStatus(
  { invoices }: Sale,
  { number }: SaleFulfilment,
): '' | 'INVOICING' | 'INVOICED' | 'CREDITED' {
  const own = invoices.filter(({ fulfilmentNumber }) => fulfilmentNumber === number);
  if (own.some(({ isCredited }) => isCredited)) return 'CREDITED';
  if (own.some(({ status }) => status === 'AUTHORISED' || status === 'PAID')) return 'INVOICED';
  return own.some(({ status }) => status === 'DRAFT') ? 'INVOICING' : '';
}

function stageStatus(
  { pick, pack, ship }: SaleFulfilment,
  invoice: ReturnType<typeof invoiceStatus>,
): string {
  if (invoice === 'CREDITED') return invoice;
  if (ship.status === 'AUTHORISED') return invoice === 'INVOICED' ? 'COMPLETED' : 'INVOICING';
  if (invoice !== '') return invoice;
  if (ship.status === 'DRAFT' || ship.status === 'PARTIALLY AUTHORISED') return 'SHIPPING';
  if (pack.status === 'AUTHORISED') return 'PACKED';
  if (pack.status === 'DRAFT' && pack.lines.length > 0) return 'PACKING';
  if (pick.status === 'AUTHORISED') return 'PICKED';
  return pick.status === 'DRAFT' && pick.lines.length > 0 ? 'PICKING' : 'ORDERED';
}
