import { describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { ReportedReturn } from '../../../lib/domain/shipment/package.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import {
  dueReturns,
  recordCreditNote,
  recordReturn,
  recordWithdrawnPackage,
} from '../../../lib/domain/shipment/withdrawals-and-returns.ts';
import { acceptedOrder, NOW, reported } from '../../builders/order.ts';
import { line, sale } from '../../builders/sale.ts';

const REFERENCE = 'SO-00042-1';
const DRAFTS = { returns: 'draft-credit-note', returnsBegin: 'scan' } as const;
const shipped = recordShipments(acceptedOrder(), [reported(REFERENCE)], NOW);
const goods = (sku: string, quantity: number) => ({ key: '', sku, quantity, batch: '', expiry: '' });
const report = (overrides: Partial<ReportedReturn> = {}): ReportedReturn => ({
  id: 'return:1',
  reference: REFERENCE,
  trackingNumbers: [],
  reportedAt: '',
  progress: 'under-way',
  contents: [goods('WAX-02', 1)],
  ...overrides,
});
const stateOf = ({ returns }: FulfillmentOrder) => returns.map(({ creditNote }) => creditNote);

describe('a return', () => {
  it.each([
    ['that a carrier has is due', DRAFTS, 'under-way', 'due'],
    [
      'that a carrier has is only logged without credit notes',
      { ...DRAFTS, returns: 'log' },
      'under-way',
      'logged',
    ],
    ['of which a label was made is announced', DRAFTS, 'label', 'announced'],
    [
      'of which a label was made is due if returns begin so',
      { ...DRAFTS, returnsBegin: 'label' },
      'label',
      'due',
    ],
  ] as const)('%s', (_, settings, progress, creditNote) => {
    const order = recordReturn(shipped, report({ progress }), settings, NOW);
    expect(order.returns).toMatchObject([
      { id: 'return:1', creditNote, contents: [{ key: 'line-2', quantity: 1 }] },
    ]);
    expect(order.log.at(-1)).toMatchObject({ by: 'lantern', what: expect.stringContaining('1 × WAX-02') });
    expect(dueReturns(order)).toHaveLength(creditNote === 'due' ? 1 : 0);
  });

  it('that was announced begins when a carrier has it, and once', () => {
    const announced = recordReturn(shipped, report({ progress: 'label' }), DRAFTS, NOW);
    expect(recordReturn(announced, report({ progress: 'label' }), DRAFTS, NOW)).toBe(announced);
    const begun = recordReturn(announced, report(), DRAFTS, NOW);
    expect(stateOf(begun)).toEqual(['due']);
    expect(recordReturn(begun, report(), DRAFTS, NOW)).toBe(begun);
  });

  it('stands beside the other returns of its order', () => {
    const first = recordReturn(shipped, report(), DRAFTS, NOW);
    const both = recordReturn(first, report({ id: 'return:2', progress: 'label' }), DRAFTS, NOW);
    expect(both.returns.map(({ id }) => id)).toEqual(['return:1', 'return:2']);
    expect(stateOf(both)).toEqual(['due', 'announced']);
  });

  it.each([
    ['of an order of one piece is that piece', [line({ quantity: 1 })], [{ key: 'line-1', quantity: 1 }]],
    ['of several pieces has no goods, as they are not known', [line({ quantity: 2 })], []],
    ['of several products has no goods', [line({ quantity: 1 }), line({ sku: 'WAX-02', quantity: 1 })], []],
  ])('without contents %s', (_, lines, contents) => {
    const left = recordShipments(acceptedOrder(sale({ lines })), [reported(REFERENCE)], NOW);
    const order = recordReturn(left, report({ contents: [] }), DRAFTS, NOW);
    expect(order.returns[0]?.contents).toHaveLength(contents.length);
    expect(order.returns[0]?.contents).toMatchObject(contents);
    expect(order.log.at(-1)?.what.endsWith('which goods come back is not known.')).toBe(
      contents.length === 0,
    );
  });

  it('without contents is not of a package that was voided', () => {
    const one = recordShipments(
      acceptedOrder(sale({ lines: [line({ quantity: 1 })] })),
      [reported(REFERENCE)],
      NOW,
    );
    const voided = recordWithdrawnPackage(one, { id: 'label:1', cause: 'voided' }, NOW);
    expect(recordReturn(voided, report({ contents: [] }), DRAFTS, NOW).returns[0]?.contents).toEqual([]);
  });
});

describe('a credit note of a return', () => {
  const due = recordReturn(
    recordReturn(shipped, report(), DRAFTS, NOW),
    report({ id: 'return:2', contents: [] }),
    DRAFTS,
    NOW,
  );

  it('that DEAR has leaves the other returns due', () => {
    const order = recordCreditNote(due, NOW, 'return:1', null);
    expect(stateOf(order)).toEqual(['drafted', 'due']);
    expect(order.log.at(-1)).toMatchObject({ by: 'DEAR', what: 'A credit note was drafted for the return.' });
  });

  it('without goods asks a person to complete it', () => {
    const order = recordCreditNote(due, NOW, 'return:2', null);
    expect(stateOf(order)).toEqual(['due', 'drafted']);
    expect(order.log.at(-1)?.what).toContain('Complete it in DEAR');
  });

  it('that DEAR refuses asks a person to make one, with DEAR’s text', () => {
    const order = recordCreditNote(due, NOW, 'return:1', 'The sale is locked.');
    expect(stateOf(order)).toEqual(['refused', 'due']);
    expect(order.log.at(-1)).toMatchObject({ by: 'DEAR', upstreamMessage: 'The sale is locked.' });
    expect(order.log.at(-1)?.what).toContain('Make one by hand');
  });
});
