import { expect, it } from 'vitest';
import {
  formatNumbers,
  isTrackingCode,
  toTrackingNumbers,
  trackingLink,
  trackingToken,
} from '../../../lib/domain/shipment/package.ts';

it.each([
  ['UPS Ground', 'https://www.ups.com/track?tracknum=1Z1'],
  ['ups_ground', 'https://www.ups.com/track?tracknum=1Z1'],
  ['stamps_com', 'https://tools.usps.com/go/TrackConfirmAction?tLabels=1Z1'],
  ['DPD UK', 'https://tracking.dpd.de/status/en_US/parcel/1Z1'],
  ['Australia Post', 'https://auspost.com.au/mypost/track/details/1Z1'],
])('shows a parcel of %s where that carrier does', (carrier, link) => {
  expect(trackingLink(carrier, '1Z1')).toBe(link);
});

it('returns null for an unknown carrier, even one with a known carrier’s letters in its name', () => {
  expect(trackingLink('Groups & Pups', '1Z1')).toBeNull();
});

it('escapes the tracking number', () => {
  expect(trackingLink('UPS', '1&x=/../')).toBe('https://www.ups.com/track?tracknum=1%26x%3D%2F..%2F');
});

it.each([
  ['1Z0001', true],
  ['JD-00.1/2', true],
  ['123', true],
  ['12', false],
  ['1z0001', false],
  ['ASK INES', false],
  ['INES', false],
  ['call +15125550188', false],
  ['+15125550188', false],
  ['1Z0001 INES', false],
  [`1${'0'.repeat(49)}`, true],
  [`1${'0'.repeat(50)}`, false],
])('takes %s for a tracking number: %s', (text, isCode) => {
  expect(isTrackingCode(text)).toBe(isCode);
});

it.each([
  ['several in one field', ['1Z1, 1Z2;1Z3|1Z4\n1Z5 / 1Z6'], ['1Z1', '1Z2', '1Z3', '1Z4', '1Z5', '1Z6']],
  ['one in two fields', ['1Z1', '1Z1 '], ['1Z1']],
  ['words for none', ['N/A', 'na', 'none', 'TBD', '-', '--', '0', ' '], []],
  ['a word for none beside a number', ['1Z1, n/a'], ['1Z1']],
  ['groups, as UPS prints it', ['1Z 999 AA1 01 2345 6784'], ['1Z999AA10123456784']],
  ['groups, as USPS prints it', ['9400 1000 0000 0000 0000 00'], ['9400100000000000000000']],
  [
    'words after a number, which stay one text',
    ['1Z999AA10123456784 ask Ines'],
    ['1Z999AA10123456784 ask Ines'],
  ],
  ['small letters', ['1z999aa10123456784'], ['1Z999AA10123456784']],
  ['a slash within', ['JD-00.1/2'], ['JD-00.1/2']],
  ['a name and a telephone number, which stay one text', ['Ask Ines, 5125550188'], ['Ask Ines, 5125550188']],
])('reads from fields with %s the tracking numbers', (_, fields, numbers) => {
  expect(toTrackingNumbers(fields)).toEqual(numbers);
});

it('shows tracking numbers in sentences, and never the text that a person typed instead', () => {
  expect(formatNumbers(['1Z0001', 'Ask Ines'])).toBe('1Z0001, a text that is no number');
});

it('stands in messages for a typed text by a digest, which is the same each time and another for another text', () => {
  expect(trackingToken('1Z0001')).toBe('1Z0001');
  expect(trackingToken('Ask Ines')).toMatch(/^text#[0-9a-f]{8}$/);
  expect(trackingToken('Ask Ines')).toBe(trackingToken('Ask Ines'));
  expect(trackingToken('Ask Rufus')).not.toBe(trackingToken('Ask Ines'));
});
