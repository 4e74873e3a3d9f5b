/** Where each carrier shows a parcel to anybody; `%` stands for the number. By a part of the carrier's name, lower-case. */
const PAGES: ReadonlyArray<readonly [name: RegExp, page: string]> = [
  [/\bups\b|united parcel/, 'https://www.ups.com/track?tracknum=%'],
  [/usps|stamps com|postal service/, 'https://tools.usps.com/go/TrackConfirmAction?tLabels=%'],
  [/fedex/, 'https://www.fedex.com/fedextrack/?trknbr=%'],
  [/dhl/, 'https://www.dhl.com/en/express/tracking.html?AWB=%'],
  [/canada ?post/, 'https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor=%'],
  [/australia ?post|auspost|startrack/, 'https://auspost.com.au/mypost/track/details/%'],
  [/new zealand post|nzpost/, 'https://www.nzpost.co.nz/tools/tracking/item/%'],
  [/royal ?mail/, 'https://www.royalmail.com/track-your-item#/tracking-results/%'],
  [/\bdpd\b/, 'https://tracking.dpd.de/status/en_US/parcel/%'],
];

/**
 * The carrier's public page of a parcel; null where we know none, which is better than a wrong one.
 * @param carrier as the provider names it: `UPS Ground`, `stamps_com`
 */
export function trackingLink(carrier: string, trackingNumber: string): string | null {
  const words = carrier.toLowerCase().replaceAll(/[_-]/g, ' ');
  const found = PAGES.find(([name]) => name.test(words));
  return found === undefined ? null : found[1].replace('%', encodeURIComponent(trackingNumber));
}
