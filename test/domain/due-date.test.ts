import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueDateOf } from '../../lib/domain/due-date.ts';

describe('an invoice of 31 January 2026', () => {
  it.each([
    // At once.
    ['', '2026-01-31'],
    ['COD', '2026-01-31'],
    ['C.O.D.', '2026-01-31'],
    ['Cash', '2026-01-31'],
    ['Cash on delivery', '2026-01-31'],
    ['Prepaid', '2026-01-31'],
    ['Pre-payment', '2026-01-31'],
    ['Payment in advance', '2026-01-31'],
    ['Cash in advance', '2026-01-31'],
    ['Due on receipt', '2026-01-31'],
    ['Due upon receipt', '2026-01-31'],
    ['Proforma', '2026-01-31'],
    ['Immediate', '2026-01-31'],
    ['0 days', '2026-01-31'],
    ['Net 0', '2026-01-31'],
    // Days, weeks and months after it.
    ['30 days', '2026-03-02'],
    ['30 Days', '2026-03-02'],
    [' 30  day ', '2026-03-02'],
    ['Net 30', '2026-03-02'],
    ['NET30', '2026-03-02'],
    ['N30', '2026-03-02'],
    ['n/30', '2026-03-02'],
    ['Net 30 days', '2026-03-02'],
    ['30 days net', '2026-03-02'],
    ['Nett 14 days', '2026-02-14'],
    ['Strictly 7 days', '2026-02-07'],
    ['7 Days from invoice date', '2026-02-07'],
    ['7 days after date of invoice', '2026-02-07'],
    ['Payment within 14 days', '2026-02-14'],
    ['Due in 14 days', '2026-02-14'],
    ['14 Day Account', '2026-02-14'],
    ['Terms: 14 days', '2026-02-14'],
    ['thirty days', '2026-03-02'],
    ['2 weeks', '2026-02-14'],
    ['1 month', '2026-02-28'],
    ['2 months', '2026-03-31'],
    ['One month', '2026-02-28'],
    // A discount for paying early moves no due date.
    ['2/10 Net 30', '2026-03-02'],
    ['2/10, n/30', '2026-03-02'],
    ['2/10 n30', '2026-03-02'],
    ['2%10 Net30', '2026-03-02'],
    ['2% 10 Net 30', '2026-03-02'],
    ['2% 10, Net 30 days', '2026-03-02'],
    ['2% 10 days, net 30 days', '2026-03-02'],
    ['2% 10 days, 30 days net', '2026-03-02'],
    ['2.5% 10 Net 30', '2026-03-02'],
    ['1%30 Net31', '2026-03-03'],
    ['Net 30, 2% 10', '2026-03-02'],
    ['Net 30 2/10', '2026-03-02'],
    // Counted from the end of the month.
    ['EOM', '2026-01-31'],
    ['End of month', '2026-01-31'],
    ['Net EOM', '2026-01-31'],
    ['EOM+15', '2026-02-15'],
    ['EOM + 15 days', '2026-02-15'],
    ['15 days EOM', '2026-02-15'],
    ['30 days EOM', '2026-03-02'],
    ['Net 30 EOM', '2026-03-02'],
    ['30 EOM', '2026-03-02'],
    ['30 days end of month', '2026-03-02'],
    ['30 days from end of month', '2026-03-02'],
    ['30 days after the end of the month', '2026-03-02'],
    ['5 days since end of month', '2026-02-05'],
    ['End of next month', '2026-02-28'],
    ['Last day of next month', '2026-02-28'],
    ['End of following month', '2026-02-28'],
    ['20th of following month', '2026-02-20'],
    ['20th of the following month', '2026-02-20'],
    ['20th of next month', '2026-02-20'],
    ['20th of month following', '2026-02-20'],
    ['20th of the month following invoice', '2026-02-20'],
    ['Due 20th of the next month', '2026-02-20'],
    ['15th prox', '2026-02-15'],
    ['31st of following month', '2026-02-28'],
  ])('with the terms %j is due on %s', (terms, due) => {
    expect(dueDateOf('2026-01-31', terms)).toBe(due);
  });

  it.each([
    '10% deposit, balance 30 days',
    '50% COD & 50% N30',
    '50% deposit',
    '30% upfront, 70% on delivery',
    '45-60 days',
    '30/60/90',
    '30/60/90 days',
    '30 days or 60 days',
    'Net 30 / Net 60',
    '2/10',
    '2/10 EOM',
    '2/30 Net 10',
    '20th of month',
    '30',
    '30 business days',
    '30 working days',
    '30 days from delivery',
    '30 days after receipt of goods',
    '30 days LC',
    '0% 24 months',
    '400 days',
    '99 months',
    '45th of next month',
    'Wholesale',
    'As agreed',
    'Installments',
    'Net',
    'days',
  ])('with the terms %j has no date that they say', (terms) => {
    expect(dueDateOf('2026-01-31', terms)).toBe('');
  });
});

describe('a due date', () => {
  it.each([
    ['2024-01-31', '1 month', '2024-02-29'],
    ['2025-12-15', '1 month', '2026-01-15'],
    ['2025-12-15', 'EOM', '2025-12-31'],
    ['2025-12-15', 'EOM+15', '2026-01-15'],
    ['2025-12-15', '20th of following month', '2026-01-20'],
    ['2025-11-30', 'end of next month', '2025-12-31'],
    ['2026-03-15', '30 days EOM', '2026-04-30'],
  ])('of an invoice of %s with %j crosses months and years: %s', (date, terms, due) => {
    expect(dueDateOf(date, terms)).toBe(due);
  });

  it('is never before the invoice, and a day or nothing, whatever the terms are called', () => {
    const word = fc.constantFrom(
      'net',
      'days',
      'eom',
      '%',
      '/',
      '30',
      '2',
      '10',
      'of',
      'next month',
      'th',
      'n',
      '+',
    );
    const names = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(names, (terms) => {
        const due = dueDateOf('2026-01-31', terms);
        expect(due === '' || /^\d{4}-\d{2}-\d{2}$/.test(due)).toBe(true);
        expect(due === '' || due >= '2026-01-31').toBe(true);
      }),
    );
  });
});
