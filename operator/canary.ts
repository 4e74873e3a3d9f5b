import type { DearClient } from '../lib/dear/client.ts';
import { authoriseOrder, undoSale } from '../lib/dear/sale-header.ts';
import { MINUTE_MS } from '../lib/domain/clock.ts';
import type { FulfillmentOrder } from '../lib/domain/order/fulfillment-order.ts';
import { isHeldFor } from '../lib/domain/order/holds.ts';
import { isSameName } from '../lib/domain/sale/location.ts';
import type { Sale } from '../lib/domain/sale/sale.ts';
import { getProviderDefinition } from '../lib/providers/registry.ts';
import type { ConnectionSettings } from '../lib/settings/connection.ts';
import { readListedOrders } from '../lib/workflows/find-sale.ts';
import type { Bridge } from './bridge.ts';
import { findSaleId } from './orders/sale.ts';
import { type Operator, recordAct } from './record-act.ts';
import { Refused } from './user-errors.ts';

/** The part of a bridge that a canary uses. */
export type CanaryBridge = Pick<
  Bridge,
  'connection' | 'settings' | 'dear' | 'sales' | 'orders' | 'audit' | 'caller' | 'now'
>;

export interface CanaryStep {
  readonly step: 'ordered' | 'taken-back';
  readonly ok: boolean;
  /** From the call of DEAR that caused it. */
  readonly seconds: number;
  /** What was found, in one sentence. */
  readonly found: string;
}

export interface CanaryResult {
  readonly connection: string;
  readonly saleOrderNumber: string;
  readonly steps: readonly CanaryStep[];
  readonly ok: boolean;
}

/** What the README promises, with DEAR's retries of a webhook; without webhooks two sweeps and the work after them. */
const WITHIN_MS = { on: 3 * MINUTE_MS, off: 20 * MINUTE_MS } as const;
const LOOK_EVERY_MS = 2_000;

/**
 * Walks the test sale of a connection through DEAR and the bridge, from outside: authorises its order, waits for the bridge's,
 * undoes the sale, and waits until the order has ended. Its order is held and never sent, unless the settings send it; then it is
 * cancelled at the service. The sale is undone whatever happens, and a run that was killed is taken up by the next one. Five calls
 * of DEAR.
 * @param wait resolves after so many ms
 * @throws {Refused} the settings name no test sale, or it is not fit for one
 */
export async function runCanary(
  bridge: CanaryBridge,
  connectionId: string,
  by: Operator,
  wait: (milliseconds: number) => Promise<void>,
): Promise<CanaryResult> {
  const connection = requireTestSale(bridge.connection(connectionId));
  const { number } = connection.testSale;
  const saleId = await findSaleId(bridge, number);
  const dear = await takeUp(bridge, connection, saleId);
  const walk = { bridge, connection, saleId, wait };
  await recordAct(bridge, by, 'authorised the test sale', number);
  const ordered = await orUndo({ dear, saleId, number }, async () => {
    const began = bridge.now();
    await authoriseOrder(dear.transport, saleId, number);
    return await waitFor(walk, 'ordered', began, (order) => whatIsOrdered(order, connection));
  });
  const began = bridge.now();
  await undoSale(dear.transport, saleId, number);
  const takenBack = await waitFor(walk, 'taken-back', began, whatIsTakenBack);
  const steps = [ordered, takenBack];
  return { connection: connectionId, saleOrderNumber: number, steps, ok: steps.every(({ ok }) => ok) };
}

interface TestSale {
  readonly dear: DearClient;
  readonly saleId: string;
  readonly number: string;
}

/** A failure, also one after which the sale may be authorised, leaves it as it was. */
async function orUndo<Value>(sale: TestSale, walk: () => Promise<Value>): Promise<Value> {
  try {
    return await walk();
  } catch (error) {
    await undoIfAuthorised(sale).catch(() => {
      const what = error instanceof Error ? error.message : String(error);
      throw new Refused(
        `The test sale ${sale.number} may still be authorised (${what})`,
        'Undo it in DEAR, or run bridge canary again; its order is held',
      );
    });
    throw error;
  }
}

async function undoIfAuthorised({ dear, saleId, number }: TestSale): Promise<void> {
  const { orderStatus } = await dear.readSale(saleId, number);
  if (orderStatus === 'AUTHORISED') await undoSale(dear.transport, saleId, number);
}

/** @throws {Refused} with what to do */
function requireTestSale(connection: ConnectionSettings): ConnectionSettings {
  const { id, testSale, trigger, provider } = connection;
  if (testSale.number === '') {
    throw new Refused(
      `The connection ${id} has no test sale`,
      "Make one in DEAR, and name it: testSale: { number: 'SO-00099' }",
    );
  }
  if (trigger !== 'OrderAuthorised') {
    throw new Refused(
      `The connection ${id} makes orders at ${trigger}`,
      'The test sale is taken to the authorised order alone, so it needs trigger: OrderAuthorised',
    );
  }
  const { title, capabilities } = getProviderDefinition(provider);
  if (testSale.send && !capabilities.includes('cancel')) {
    throw new Refused(`${title} does not cancel orders`, 'Remove send from testSale');
  }
  return connection;
}

/** Looks whether the sale may be used, and undoes what a run left that was killed. */
async function takeUp(
  bridge: CanaryBridge,
  { id, location, testSale }: ConnectionSettings,
  saleId: string,
): Promise<DearClient> {
  const dear = await bridge.dear();
  const sale = await dear.readSale(saleId, testSale.number);
  const why = whyUnfit(sale, location);
  if (why !== null) {
    throw new Refused(
      `${testSale.number} cannot be the test sale of ${id}: ${why}`,
      'Make another one in DEAR, and name it in testSale',
    );
  }
  if (sale.orderStatus === 'AUTHORISED') await undoSale(dear.transport, saleId, testSale.number);
  return dear;
}

function whyUnfit(sale: Sale, location: string): string | null {
  if (!isSameName(sale.location, location)) return `it is of the location ${sale.location || 'none'}`;
  if (!['DRAFT', 'NOT AVAILABLE', 'AUTHORISED'].includes(sale.orderStatus))
    return `its order is ${sale.orderStatus}`;
  if (sale.lines.length === 0) return 'it has no lines';
  const isPicked = sale.fulfilments.some(({ pick }) => pick.status === 'AUTHORISED');
  if (isPicked || sale.invoices.some(({ status }) => status === 'AUTHORISED' || status === 'PAID'))
    return 'goods of it were picked or billed';
  return null;
}

interface Walk {
  readonly bridge: CanaryBridge;
  readonly connection: ConnectionSettings;
  readonly saleId: string;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Looks at the orders of the sale until one of them shows it, or the time is over. */
async function waitFor(
  { bridge, connection, saleId, wait }: Walk,
  step: CanaryStep['step'],
  began: number,
  whatIsSeen: (order: FulfillmentOrder) => string | null,
): Promise<CanaryStep> {
  const within = WITHIN_MS[bridge.settings.dear.webhooks];
  for (;;) {
    const record = await bridge.sales.readListed(saleId);
    const isNew = record !== null && Date.parse(record.at) >= began;
    const orders = isNew ? await readListedOrders(record, bridge) : [];
    const last = orders.filter((order) => order.connection === connection.id).at(-1);
    const seconds = Math.ceil((bridge.now() - began) / 1_000);
    const found = last === undefined ? null : whatIsSeen(last);
    if (found !== null) return { step, ok: true, seconds, found };
    if (bridge.now() - began >= within)
      return { step, ok: false, seconds, found: describe(record?.reason, isNew, last) };
    await wait(LOOK_EVERY_MS);
  }
}

function whatIsOrdered(order: FulfillmentOrder, { testSale }: ConnectionSettings): string | null {
  if (!testSale.send) return isHeldFor(order, 'test') ? `${order.reference} was made, and is held` : null;
  return order.submission.state === 'submitted' && order.desired === 'fulfilled'
    ? `${order.reference} is at the service as ${order.submission.providerOrderId}`
    : null;
}

function whatIsTakenBack(order: FulfillmentOrder): string | null {
  return order.status === 'Cancelled' ? `${order.reference} has ended` : null;
}

function describe(reason: string | undefined, isNew: boolean, order: FulfillmentOrder | undefined): string {
  if (!isNew) return 'the bridge has not read the sale since';
  return order === undefined
    ? `no order: ${reason ?? ''}`
    : `${order.reference} is ${order.status}: ${order.reason}`;
}
