import { describe, expect, it } from 'vitest';
import {
  awaitsPayment,
  isOrderAuthorised,
  isPaid,
  isVoided,
  totalToPay,
} from '../../../lib/domain/sale/sale.ts';
import { charge, line, sale } from '../../builders/sale.ts';

describe('what DEAR says of a payment', () => {
  it.each([
    ['PAID', true],
    ['FULLY PAID', true],
    ['PREPAID', true],
    ['OVERPAID', true],
    ['OVERPAID / CREDITED', true],
    ['UNPAID', false],
    ['PARTIALLY PAID', false],
    ['NOT REFUNDED', false],
    ['', false],
  ])('%j is paid: %s', (status, expected) => {
    expect(isPaid(status)).toBe(expected);
    expect(awaitsPayment(status, 10)).toBe(!expected && status !== 'NOT REFUNDED');
    expect(awaitsPayment(status, 0)).toBe(false);
  });
});

describe('the status of a sale', () => {
  it.each([
    ['AUTHORISED', true],
    ['AUTH_NO_ALLOC', true],
    ['FULFILLED', true],
    ['CLOSED', true],
    ['DRAFT', false],
    ['VOIDED', false],
    ['NOT AVAILABLE', false],
    ['', false],
  ])('%j of its order is authorised: %s', (orderStatus, expected) => {
    expect(isOrderAuthorised({ orderStatus })).toBe(expected);
  });

  it('is voided by the sale or by its order', () => {
    expect(isVoided({ status: 'VOIDED', orderStatus: 'AUTHORISED' })).toBe(true);
    expect(isVoided({ status: 'ORDERED', orderStatus: 'VOIDED' })).toBe(true);
    expect(isVoided({ status: 'ORDERED', orderStatus: 'AUTHORISED' })).toBe(false);
  });
});

describe('the total to pay', () => {
  const rows = { lines: [line({ total: 20, tax: 2 })], charges: [charge({ total: 9, tax: 0.905 })] };
  it.each([
    ['is the one that DEAR gives', { total: 50 }, 50],
    ['is added up with tax where DEAR gives none', { ...rows, total: 0 }, 31.91],
    ['is added up without tax where prices include it', { ...rows, total: 0, taxInclusive: true }, 29],
    ['is rounded to a currency without cents', { total: 50.6, currency: 'JPY' }, 51],
  ])('%s', (_, overrides, expected) => {
    expect(totalToPay(sale(overrides))).toBe(expected);
  });
});
