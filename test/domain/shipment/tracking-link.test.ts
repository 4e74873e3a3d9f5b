import { expect, it } from 'vitest';
import { trackingLink } from '../../../lib/domain/shipment/package.ts';

it.each([
  ['UPS Ground', 'https://www.ups.com/track?tracknum=1Z1'],
  ['ups_ground', 'https://www.ups.com/track?tracknum=1Z1'],
  ['stamps_com', 'https://tools.usps.com/go/TrackConfirmAction?tLabels=1Z1'],
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
