import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderContent } from '../../lib/domain/order/order-content.ts';
import { planSale } from '../../lib/domain/order/plan.ts';
import { maskPersonalData } from '../../operator/orders/evidence.ts';
import { connection } from '../builders/connection.ts';
import { NOW } from '../builders/order.ts';
import { sale } from '../builders/sale.ts';

const content = planSale({ sale: sale(), connections: [connection()], orders: [], by: 'test', now: NOW })
  .changes[0]?.content as OrderContent;
const masked = (text: string) => maskPersonalData(text, [content]);

describe('masking personal data', () => {
  it.each([
    ['a name', 'refused for RUFUS MARLOWE', 'refused for [personal]'],
    ['part of a name', 'Mr Marlowe is not at home', 'Mr [personal] is not at home'],
    ['a street', 'no such street: 12 Orchard Mews, Flat 3', 'no such street: [personal], [personal]'],
    ['a postcode', '78701 is not in Texas', '[personal] is not in Texas'],
    ['any e-mail address', 'mail ines@quillthread.example or x.y@z.org', 'mail [personal] or [personal]'],
    ['any telephone number', 'call +1 512 555 0188 or (512) 555-0199', 'call [personal] or [personal]'],
    [
      'the customer’s telephone number in bare digits',
      'to 15125550188 or 5125550188',
      'to [personal] or [personal]',
    ],
    ['a note', 'the label says Ring twice', 'the label says [personal]'],
  ])('masks %s', (_, text, expected) => {
    expect(masked(text)).toBe(expected);
  });

  it.each([
    'SO-00042-1',
    'a1b2c3d4-0000-4000-8000-000000000001',
    '1Z0000000000100005',
    '95125550188',
    '2026-02-03T09:00:00.000Z',
    'se-100007',
    '2 × QUILL-01',
  ])('keeps %s', (text) => {
    expect(masked(text)).toBe(text);
  });

  it('masks at any depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (other, around) => {
        const text = JSON.stringify(
          maskPersonalData(
            { other, log: [{ upstreamMessage: `${around} ines@quillthread.example ${around}` }] },
            [content],
          ),
        );
        expect(text).not.toContain('ines@quillthread.example');
      }),
    );
  });

  it('masks e-mail addresses and telephone numbers where the content has expired', () => {
    expect(maskPersonalData(['to ines@quillthread.example, +1 512 555 0188'], [])).toEqual([
      'to [personal], [personal]',
    ]);
  });
});
