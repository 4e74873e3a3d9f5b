import { describe, expect, it, vi } from 'vitest';
import { DearClient } from '../../lib/dear/client.ts';
import { planSale } from '../../lib/domain/order/plan.ts';
import type { Sale } from '../../lib/domain/sale/sale.ts';
import { connection } from '../builders/connection.ts';
import { EXHAUSTIVE } from '../builders/exhaustive.ts';
import { NOW } from '../builders/order.ts';
import { dearFulfilment, dearOrder, dearOrderLine, dearSale, PRODUCT_ID, SALE_ID } from './samples.ts';

type Step = string | number;
type Path = readonly Step[];

/** Odd values, seen live or not. */
const ODDITIES = [null, '', [], {}, 'odd', 0, 1, 17, '17', '17.50', '1,5', true, { Odd: 1 }, [null], ['odd']];

const LINES = [dearOrderLine(), dearOrderLine({ ProductID: PRODUCT_ID.replace('a', 'b'), SKU: 'LAMP-ASH' })];
/** With lines, so that their fields are tested as well. */
function notBegun() {
  const { Pick, Pack, Ship, ...fulfilment } = dearFulfilment();
  const drafted = <Stage extends object>(stage: Stage) => ({ ...stage, Status: 'DRAFT' });
  return { ...fulfilment, Pick: drafted(Pick), Pack: drafted(Pack), Ship: { ...drafted(Ship), Lines: [] } };
}

const answer = () =>
  dearSale({
    ShippingAddress: { ...dearSale().ShippingAddress, Postcode: 8006 },
    Order: dearOrder({ Lines: structuredClone(LINES) }),
    Fulfilments: [notBegun()],
    Invoices: [
      { TaskID: SALE_ID, InvoiceNumber: 'INV-1', Status: 'DRAFT', Lines: [], LinkedFulfillmentNumber: '1' },
    ],
  });

/** Every path in the answer, outermost first. */
function getPaths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Array.isArray(value)
    ? value.flatMap((held: unknown, index) => getPaths(held, [...path, index]))
    : Object.entries(value).flatMap(([name, held]) => getPaths(held, [...path, name]));
  return path.length === 0 ? inner : [path, ...inner];
}

function mutated(path: Path, oddity: unknown): unknown {
  const body: unknown = structuredClone(answer());
  const holder = path.slice(0, -1).reduce<unknown>((held, step) => Object(held)[step], body);
  Object(holder)[path.at(-1) ?? ''] = structuredClone(oddity);
  return body;
}

describe('a sale of which one field has another form than documented', () => {
  let body: unknown;
  const client = new DearClient({ baseUrl: 'http://127.0.0.1:9', accountId: 'a', applicationKey: 'k' });
  vi.spyOn(client.transport, 'send').mockImplementation(async () => structuredClone(body));

  const using = connection({ location: 'Dockside 3PL' });
  const planned = (sale: Sale) => planSale({ sale, connections: [using], orders: [], by: 'test', now: NOW });

  /** @param oneOf tries one of so many oddities in each field, a different one in the next */
  const isReadAsFarAsPossible = (oneOf: number) => async () => {
    body = answer();
    const plain = planned(await client.readSale(SALE_ID));
    expect(plain.changes[0]?.order).toMatchObject({ status: 'Queued', lines: [{}, {}] });
    let held = 0;
    for (const [at, path] of getPaths(answer()).entries()) {
      for (const oddity of ODDITIES.filter((_, index) => (index + at) % oneOf === 0)) {
        body = mutated(path, oddity);
        const sale = await client.readSale(SALE_ID);
        const [change] = planned(sale).changes;
        const name = `${path.join('.')} = ${JSON.stringify(oddity)}`;
        const left = (sale.unreadable ?? []).filter((one) => one !== 'ID');
        for (const one of left)
          expect(path.join('.').startsWith(one) || one.startsWith(path.join('.')), name).toBe(true);
        if (change?.order.hold === 'unreadable') {
          held += 1;
          expect(change.order.reason, name).toContain('in a form that cannot be read');
        } else if (change?.order.released === true && path.includes('Lines') && path[0] === 'Order') {
          const isEmptied = path.length === 2 && (oddity === null || String(oddity) === '');
          // A line without a product is a remark; a line that is drop-shipped or has no quantity is not shipped, and the log names it.
          const isDropped = ['ProductID', 'SKU', 'DropShip', 'Quantity'].includes(String(path.at(-1)));
          if (!isEmptied && !isDropped) expect(change.order.lines, name).toHaveLength(2);
        }
      }
    }
    expect(held).toBeGreaterThan(100 / oneOf);
  };

  const title = 'is read as far as possible, and never sent without the missing field';
  it(title, isReadAsFarAsPossible(3));
  it(`${title}, in any of these forms`, EXHAUSTIVE, isReadAsFarAsPossible(1));

  it.each([
    ['Quantity', '3', { quantity: 3 }],
    ['Quantity', '2.50', { quantity: 2.5 }],
    ['Price', '12.50', { unitPrice: 12.5 }],
    ['Price', '', { unitPrice: 0 }],
    ['Price', null, { unitPrice: 0 }],
    ['DropShip', 0, { dropShip: false }],
    ['DropShip', 1, { dropShip: true }],
    ['DropShip', '1', { dropShip: true }],
    ['DropShip', 'False', { dropShip: false }],
    ['SKU', 4711, { sku: '4711' }],
  ])('is read by its meaning where its %s is %j', async (field, value, expected) => {
    body = dearSale({ Order: dearOrder({ Lines: [dearOrderLine({ [field]: value })] }) });
    const { lines, unreadable } = await client.readSale(SALE_ID);
    expect(unreadable).toBeUndefined();
    expect(lines).toMatchObject([expected]);
  });

  it.each([
    ['Quantity', null],
    ['Quantity', ''],
    ['Quantity', '1,5'],
    ['Price', '1.234,50'],
    ['DropShip', 'perhaps'],
    ['SKU', { Code: 1 }],
  ])('is held and names the field where its %s is %j', async (field, value) => {
    const Lines = [dearOrderLine(), dearOrderLine({ [field]: value })];
    body = dearSale({ Order: dearOrder({ Lines }) });
    const [change] = planned(await client.readSale(SALE_ID)).changes;
    expect(change?.order).toMatchObject({ status: 'On Hold', hold: 'unreadable', released: false });
    expect(change?.order.reason).toContain(`Order.Lines.1.${field}`);
  });

  it.each(['Mystery Sale', 5, null])('is held where its type is %j', async (Type) => {
    body = dearSale({ Type });
    const [change] = planned(await client.readSale(SALE_ID)).changes;
    expect(change?.order).toMatchObject({ hold: 'unreadable' });
  });

  it('is held where its lists contain a null, and its other rows are read', async () => {
    body = dearSale({ Order: dearOrder({ Lines: [null, dearOrderLine()] }) });
    const sale = await client.readSale(SALE_ID);
    expect(sale).toMatchObject({ lines: [{}], unreadable: ['Order.Lines.0'] });
    expect(planned(sale).changes[0]?.order.hold).toBe('unreadable');
  });

  it('leaves its orders unchanged, and continues once it can be read', async () => {
    body = answer();
    const [made] = planned(await client.readSale(SALE_ID)).changes;
    const orders = made === undefined ? [] : [made.order];
    const again = { connections: [using], orders, by: 'test', now: NOW };
    body = dearSale({ Order: dearOrder({ Lines: [LINES[0], { ...LINES[1], Quantity: null }] }) });
    const odd = await client.readSale(SALE_ID);
    expect(planSale({ ...again, sale: odd })).toMatchObject({ changes: [], outcome: 'ordered' });
    const [held] = planned(odd).changes;
    body = answer();
    const sale = await client.readSale(SALE_ID);
    const orderHeld = held === undefined ? [] : [held.order];
    expect(planSale({ ...again, orders: orderHeld, sale }).changes[0]?.order).toMatchObject({
      status: 'Queued',
      released: true,
      lines: [{}, {}],
    });
  });
});
