import { describe, expect, it } from 'vitest';
import { AmbiguousWrite, OperatorActionNeeded, Rejected } from '../../../lib/domain/errors.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { observeCalls } from '../../../lib/upstream/observe.ts';
import { sampleOrder } from '../../contract/sample-order.ts';
import { openAccount, STORE } from './account.ts';

const many = ['SO-1-1', 'SO-2-1', 'SO-3-1'].map((reference) => sampleOrder({ reference, saleId: reference }));

describe('submitted orders', () => {
  it('are created in one call where they are submitted at the same time, and alone otherwise', async () => {
    const { provider, takeCalls } = await openAccount();
    await Promise.all(many.map((order) => provider.submit(order)));
    expect(takeCalls()).toEqual(['POST /orders/createorders']);
    await provider.submit(sampleOrder({ reference: 'SO-4-1' }));
    expect(takeCalls()).toEqual(['POST /orders/createorder']);
  });

  it('each learn of the call that they are created in', async () => {
    const { provider } = await openAccount();
    const seen: string[] = [];
    const submit = (order: OrderContent) =>
      observeCalls(
        ({ url }) => void seen.push(`${order.reference} ${new URL(url).pathname}`),
        () => provider.submit(order),
      );
    await Promise.all(many.map(submit));
    expect(seen).toEqual(many.map(({ reference }) => `${reference} /orders/createorders`));
  });

  it('each get their own verdict: one is refused by its text, the others are accepted', async () => {
    const { provider } = await openAccount();
    const [one, , three] = many;
    const bad = sampleOrder({ reference: 'SO-2-1', shipTo: { ...sampleOrder().shipTo, country: 'ZZ' } });
    const results = await Promise.allSettled([one!, bad, three!].map((order) => provider.submit(order)));
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      {
        reason: expect.any(Rejected),
      },
      { status: 'fulfilled' },
    ]);
    expect(results[1]).toMatchObject({
      reason: { details: { reference: 'SO-2-1', upstreamMessage: expect.stringContaining('country') } },
    });
    expect(await provider.find('SO-3-1')).toEqual([(results[2] as PromiseFulfilledResult<object>).value]);
  });

  it('may exist where the answer has no verdict on them, and are found', async () => {
    const { provider, fault } = await openAccount();
    await fault({ kind: 'missing-rows', rows: 2 });
    const results = await Promise.allSettled(many.map((order) => provider.submit(order)));
    const lost = results.filter(({ status }) => status === 'rejected');
    expect(lost).toHaveLength(2);
    for (const result of lost) expect(result).toMatchObject({ reason: expect.any(AmbiguousWrite) });
    for (const { reference } of many) expect(await provider.find(reference)).toHaveLength(1);
  });

  it('may all exist where the answer to their call was lost, each under its own reference', async () => {
    const { provider, fault } = await openAccount();
    await fault({ kind: 'timeout-after', match: { method: 'POST' } });
    const results = await Promise.allSettled(many.map((order) => provider.submit(order)));
    expect(results.map((result) => (result as PromiseRejectedResult).reason)).toMatchObject(
      many.map(({ reference }) => ({ kind: 'ambiguous', details: { reference } })),
    );
    for (const { reference } of many) expect(await provider.find(reference)).toHaveLength(1);
  });

  it('are sent alone after their call was refused as a whole', async () => {
    const { provider, fault, takeCalls } = await openAccount();
    await fault({
      kind: 'status',
      status: 400,
      message: 'The request is invalid.',
      match: { path: 'createorders' },
    });
    const accepted = await Promise.all(many.map((order) => provider.submit(order)));
    expect(accepted).toHaveLength(3);
    expect(takeCalls().filter((call) => call === 'POST /orders/createorder')).toHaveLength(3);
  });

  it('are not joined by one that made an earlier call fail', async () => {
    const { provider, takeCalls } = await openAccount();
    await Promise.all(many.map((order, index) => provider.submit(order, index === 1)));
    expect(takeCalls().sort()).toEqual(['POST /orders/createorder', 'POST /orders/createorders']);
  });

  it.each([401, 402, 403])(
    'are all sent again later where the credentials are refused (%i)',
    async (status) => {
      const { provider, fault } = await openAccount();
      await fault({ kind: 'status', status, body: `${status} Unauthorized` });
      const results = await Promise.allSettled(many.map((order) => provider.submit(order)));
      for (const result of results)
        expect(result).toMatchObject({ reason: expect.any(OperatorActionNeeded) });
    },
  );

  it('of two DEAR organisations with the same sale numbers do not replace each other', async () => {
    const { provider, call } = await openAccount();
    const ours = sampleOrder();
    const theirs = sampleOrder({
      saleId: '99999999-5f0b-4c0e-9a35-3f6f6b1d2c11',
      lines: ours.lines.map((line) => ({ ...line, sku: `X-${line.sku}` })),
    });
    const first = await provider.submit(ours);
    const second = await provider.submit(theirs);
    expect(second.providerOrderId).not.toBe(first.providerOrderId);
    expect((await call('GET', '/sandbox/orders')).orders).toHaveLength(2);
    const skus = (order: typeof ours) => order.lines.map(({ sku }) => sku);
    expect(await provider.find('SO-20417-1', skus(ours))).toEqual([first]);
    expect(await provider.foreignOrders('SO-20417-1', skus(ours))).toEqual([second.providerOrderId]);
  });

  it('with a reference of fifty characters have a key that fits, and are found', async () => {
    const { provider, order } = await openAccount();
    const reference = `${'S'.repeat(48)}-1`;
    const accepted = await provider.submit(sampleOrder({ reference }));
    expect((await order(accepted.providerOrderId)).orderKey.length).toBeLessThanOrEqual(50);
    expect(await provider.find(reference)).toEqual([accepted]);
  });

  it('hold what a packer reads, with discounts as lines and Pacific dates', async () => {
    const { provider, order } = await openAccount();
    const { providerOrderId } = await provider.submit(
      sampleOrder({
        adjustments: [{ description: 'Spring offer', amount: -5.5 }],
        gift: true,
        giftMessage: 'Enjoy',
      }),
    );
    expect(await order(providerOrderId)).toMatchObject({
      orderNumber: 'SO-20417-1',
      orderDate: '2026-01-05T00:00:00.0000000',
      paymentDate: '2026-01-05T00:00:00.0000000',
      shipByDate: '2026-01-09T00:00:00.0000000',
      orderStatus: 'awaiting_shipment',
      customerEmail: 'orders@quillfeather.example',
      billTo: { name: 'Quillfeather Interiors', street1: 'PO Box 118' },
      shipTo: { name: 'Odalys Brandt', company: 'Quillfeather Interiors', street2: 'Suite 4', state: 'OR' },
      items: [
        { lineItemKey: 'SO-20417-1/line-1', sku: 'SHADE-LINEN', quantity: 2, unitPrice: 28 },
        { sku: 'LAMP-OAK' },
        { name: 'Spring offer', adjustment: true, unitPrice: -5.5, quantity: 1 },
      ],
      amountPaid: 121.4,
      taxAmount: 9.4,
      customerNotes: 'Ring twice',
      internalNotes: expect.stringContaining('Trade customer\nDEAR sale: SO-20417'),
      gift: true,
      giftMessage: 'Enjoy',
      requestedShippingService: 'Ground',
      weight: { value: 1_400, units: 'grams' },
      tagIds: [1],
      advancedOptions: { storeId: STORE, customField1: 'SO-20417', customField2: 'PO 5512' },
    });
  });
});
