import { describe, expect, it } from 'vitest';
import {
  describeOtherGoods,
  type FoundOrder,
  judgeFound,
  oldNumbers,
} from '../../../lib/domain/order/takeover.ts';
import { queuedOrder } from '../../builders/order.ts';

const order = queuedOrder();
const goods = order.lines.map(({ sku, quantity }) => ({ sku, quantity }));

function there(changes: Partial<FoundOrder> = {}): FoundOrder {
  return { providerOrderId: 'old-1', reference: 'SO-00042', state: 'open', goods, ...changes };
}

const partly = { takeover: { state: 'possible', number: '', isPartlyShipped: true } } as const;
const [first] = goods;

describe('an order before it is first sent', () => {
  it.each([
    ['sent where the service has none', [], {}, { kind: 'send' }],
    ['adopted where the service has one with its goods', [there()], {}, { kind: 'adopt' }],
    ['adopted where that one has left', [there({ state: 'left' })], {}, { kind: 'adopt' }],
    [
      'adopted beside a cancelled one',
      [there({ providerOrderId: 'old-0', state: 'cancelled' }), there()],
      {},
      { kind: 'adopt', found: { providerOrderId: 'old-1' } },
    ],
    ['unclear beside several', [there(), there({ providerOrderId: 'old-2' })], {}, { kind: 'unclear' }],
    ['unclear beside a cancelled one alone', [there({ state: 'cancelled' })], {}, { kind: 'unclear' }],
    ['unclear beside other goods', [there({ goods: goods.slice(1) })], {}, { kind: 'unclear' }],
    ['unclear where no number follows it', [there({ reference: 'Ada Quill' })], {}, { kind: 'unclear' }],
    ['unclear where DEAR shows a part as shipped', [], partly, { kind: 'unclear' }],
  ] as const)('is %s', (_, found, changes, verdict) => {
    expect(judgeFound({ ...order, ...changes }, found)).toMatchObject(verdict);
  });

  it('is unclear with the ids of what a person has to look at', () => {
    const gone = there({ providerOrderId: 'old-0', state: 'cancelled' });
    expect(judgeFound(order, [gone])).toMatchObject({ why: expect.stringContaining('has old-0 for it') });
    const two = [gone, there(), there({ providerOrderId: 'old-2' })];
    expect(judgeFound(order, two)).toMatchObject({ why: expect.stringContaining('(old-1, old-2)') });
  });

  it('is compared in the units of its service', () => {
    const lines = order.lines.map((line) => ({ ...line, units: { dear: 1, provider: 12 } }));
    const dozens = goods.map(({ sku, quantity }) => ({ sku, quantity: quantity * 12 }));
    expect(describeOtherGoods(lines, dozens)).toBe('');
    expect(judgeFound({ ...order, lines }, [there({ goods: dozens })]).kind).toBe('adopt');
    expect(describeOtherGoods(lines, goods)).toContain(
      `${Number(first?.quantity) * 12} × ${first?.sku} here, ${first?.quantity} there`,
    );
  });
});

describe('the numbers of the connector before', () => {
  it.each([
    [['{sale}'], ['SO-00042']],
    [
      ['{digits}', 'OLD-{digits}'],
      ['00042', 'OLD-00042'],
    ],
    [['{customer}'], ['PO-7']],
    [['{sale}', '{sale}'], ['SO-00042']],
  ])('are by %j: %j', (numbers, expected) => {
    const sale = { saleOrderNumber: 'SO-00042', customerReference: ' PO-7 ' };
    expect(oldNumbers({ mode: 'live', replaces: { numbers } }, sale)).toEqual(expected);
  });

  it('are none of a service without a connector before, and the sale’s own where that is not known', () => {
    const sale = { saleOrderNumber: 'SO-00042', customerReference: 'PO-9' };
    expect(oldNumbers({ mode: 'live', replaces: null }, sale)).toEqual([]);
    expect(oldNumbers({ mode: 'shadow', replaces: null }, sale)).toContain('SO-00042');
  });

  it('are left out where one of several parts is not known', () => {
    const replaces = { numbers: ['{sale}/{customer}', '{sale}/{channel}', '{digits}'] };
    expect(
      oldNumbers({ mode: 'live', replaces }, { saleOrderNumber: 'SO-00042', customerReference: ' ' }),
    ).toEqual(['00042']);
  });

  it('are left out where the customer typed no number, as it may be a name', () => {
    for (const customerReference of [
      '',
      'Ada Quill',
      'ada@quill.example',
      'PO-9 of Ada Quill',
      '7'.repeat(65),
    ])
      expect(
        oldNumbers(
          { mode: 'live', replaces: { numbers: ['{customer}'] } },
          { saleOrderNumber: 'SO-00042', customerReference },
        ),
      ).toEqual([]);
  });
});
