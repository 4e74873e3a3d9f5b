import { whyNotAddressable } from '../address/address.ts';
import type { Connection } from '../connection.ts';
import { awaitsPayment } from '../sale/sale.ts';
import { enumerate } from '../text.ts';
import type { Desired, Hold, Status } from './fulfillment-order.ts';
import type { OrderContent } from './order-content.ts';

/** The status of an order with this content until it is sent. */
export interface InitialState {
  readonly status: Extract<Status, 'Queued' | 'On Hold'>;
  readonly desired: Extract<Desired, 'fulfilled' | 'held'>;
  readonly hold: Hold;
  readonly released: boolean;
  readonly reason: string;
}

/**
 * @param overruled a person has released it: it is not held again for a decision
 * @param unknownSkus of its lines, that the provider does not know
 */
export function decideInitialState(
  content: OrderContent,
  connection: Connection,
  overruled: boolean,
  unknownSkus: readonly string[],
): InitialState {
  const address = whyNotAddressable(content.shipTo);
  if (address !== null) return onHold('address', `${address} Correct it in DEAR or here.`);
  const ask = overruled ? null : decisionNeeded(content, connection, unknownSkus);
  if (ask !== null) return ask;
  const released = overruled || connection.release === 'automatic';
  const reason = released ? 'Waiting to be sent.' : 'Waiting for a person to process it.';
  return { status: 'Queued', desired: 'fulfilled', hold: '', released, reason };
}

function decisionNeeded(
  content: OrderContent,
  connection: Connection,
  unknownSkus: readonly string[],
): InitialState | null {
  if (isUnmapped(content, connection)) {
    const reason = `No service of ${connection.id} is named for its shipping method. Add it to shippingMethods, or release the order as it is.`;
    return onHold('shipping-method', reason);
  }
  if (connection.catalogue.unknownSkus === 'hold' && unknownSkus.length > 0) {
    const reason = `${whatIsUnknown(connection.id, unknownSkus)} Add it there, and the order goes on once the catalogue is read again; or release it as it is.`;
    return onHold('unknown-sku', reason);
  }
  if (connection.holdUntilPaid && awaitsPayment(content.paymentStatus, content.saleTotal)) {
    return onHold(
      'payment',
      `Held until DEAR says that the sale is paid; it is ${content.paymentStatus || 'not'}.`,
    );
  }
  return null;
}

/** Log sentences about unknown SKUs that do not hold the order. */
export function remarksOnUnknown(
  { hold }: InitialState,
  connection: string,
  skus: readonly string[],
): string[] {
  return skus.length > 0 && hold !== 'unknown-sku' ? [whatIsUnknown(connection, skus)] : [];
}

function whatIsUnknown(connection: string, skus: readonly string[]): string {
  return `${connection} knows no product ${enumerate(skus)}.`;
}

function onHold(hold: Hold, reason: string): InitialState {
  return { status: 'On Hold', desired: 'held', hold, released: false, reason };
}

function isUnmapped({ chosenMethod }: OrderContent, { shippingMethods }: Connection): boolean {
  if (shippingMethods === null || shippingMethods.unmapped === 'pass') return false;
  return serviceFor(chosenMethod, shippingMethods.services) === undefined;
}

/** People type DEAR's method, so case and outer blanks are ignored. */
export function serviceFor(method: string, services: Readonly<Record<string, string>>): string | undefined {
  const wanted = method.trim().toLowerCase();
  return Object.entries(services).find(([name]) => name.trim().toLowerCase() === wanted)?.[1];
}
