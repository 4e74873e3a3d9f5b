import { createHash } from 'node:crypto';

/** A parcel that left the provider, with its contents and tracking numbers. */
export interface Package {
  /** The provider's id of the label or fulfillment that made it; constant for the same parcel. */
  readonly id: string;
  /** Several if one parcel has several; empty if the provider gave none. */
  readonly trackingNumbers: readonly string[];
  /** Key of the stored texts that are no tracking codes; they expire. */
  readonly textsKey?: string;
  /** Name of the carrier as the provider gives it; '' where unknown. */
  readonly carrier: string;
  readonly service: string;
  /** ISO UTC; of a package of an order `yyyy-mm-dd` where only the day is known, which a report gives as its midnight in UTC. */
  readonly shippedAt: string;
  /** What the provider charged; null if not given. */
  readonly cost: { readonly amount: number; readonly currency: string } | null;
  readonly contents: readonly PackedLine[];
  /** Contents that are on no line of the order; left out if there are none. */
  readonly others?: readonly OtherGoods[];
  /** The provider's warehouse that shipped it; ''. */
  readonly warehouse: string;
  /** When it was delivered, ISO UTC, or `yyyy-mm-dd` where only the day is known; '' until known. */
  readonly deliveredAt: string;
  /** Where DEAR shows it; absent until it is confirmed. */
  readonly shownIn?: ShownIn;
  /** It is told to DEAR a second time, because DEAR showed it no longer; absent otherwise. */
  readonly confirmedAgain?: true;
  /** Its label was voided after it was confirmed; absent otherwise. */
  readonly voided?: VoidedLabel;
  /** The provider did not report its contents, so they are assumed to be what remained. */
  readonly isAssumed?: boolean;
  /** The provider's id of the order, or of the part, that left with it; left out if not given. */
  readonly providerOrderId?: string;
}

interface ShownIn {
  /** DEAR's id of the fulfilment; '' once DEAR no longer shows the package. */
  readonly taskId: string;
  /** Our name of the box; a person who packed in DEAR may have given it another. */
  readonly box: string;
}

interface VoidedLabel {
  /** When the void was reported, ISO UTC. */
  readonly at: string;
  /** The operator who accepted DEAR's state; '' if not settled. */
  readonly settledBy: string;
}

/** Whether the package did not leave although DEAR shows it, so that its goods are still to come. */
export function isVoid({ voided }: Pick<Package, 'voided'>): boolean {
  return voided !== undefined && voided.settledBy === '';
}

export interface PackedLine {
  /** `OrderedLine.key` */
  readonly key: string;
  readonly quantity: number;
  /** Lot or serial number; ''. */
  readonly batch: string;
  /** ISO date, or ''. */
  readonly expiry: string;
  /** The SKU that left in its place, as a person accepted; left out if it is the line's own. */
  readonly leftInstead?: string;
}

/** Goods in a package that are on no line of its order. */
export interface OtherGoods {
  readonly sku: string;
  readonly quantity: number;
}

/** A shipment as a provider reports it, before it is matched with our order's lines. */
export interface ReportedShipment
  extends Omit<
    Package,
    | 'contents'
    | 'others'
    | 'deliveredAt'
    | 'shownIn'
    | 'confirmedAgain'
    | 'voided'
    | 'isAssumed'
    | 'providerOrderId'
  > {
  /** Our reference, as the provider kept it. */
  readonly reference: string;
  /** The provider's id of the order it belongs to; ''. */
  readonly providerOrderId: string;
  /** `remaining`: not reported, so everything that no other package holds. */
  readonly contents: readonly ReportedLine[] | 'remaining';
  /** What the service's staff wrote about it, for the order's log of the first report. Personal data. Left out where there is none. */
  readonly note?: string;
}

export interface ReportedLine {
  /** Our line key, if the provider returns it; ''. */
  readonly key: string;
  readonly sku: string;
  readonly quantity: number;
  readonly batch: string;
  readonly expiry: string;
}

/** A package whose label was voided. */
export interface WithdrawnPackage {
  /** Our reference, as the provider kept it. */
  readonly reference: string;
  /** `Package.id` */
  readonly id: string;
  /**
   * `voided`: it did not leave. `refunded`: it left, and only its postage was refunded, because no carrier had scanned the
   * label for weeks, or after one had.
   */
  readonly cause: 'voided' | 'refunded';
}

/**
 * All that an order, or a part of a split one, has shipped now. Of a service that does not say which packages it took back: one
 * that left with the part before and is not named did not leave after all.
 */
export interface ShippedPart {
  readonly reference: string;
  /** The provider's id of the order, or of the part. */
  readonly providerOrderId: string;
  /** `Package.id` of each. */
  readonly packageIds: readonly string[];
  /** When the service changed it, as it says: a confirmation that comes back unchanged is not taken for a repeated report. */
  readonly changedAt: string;
}

/** Whether the service took the package back. A package of another part is not concerned. */
export function isTakenBack(
  { id, providerOrderId }: Pick<Package, 'id' | 'providerOrderId'>,
  part: Pick<ShippedPart, 'providerOrderId' | 'packageIds'>,
): boolean {
  return providerOrderId === part.providerOrderId && !part.packageIds.includes(id);
}

/** A return as the provider reports it: when its label is made, and when it is under way. */
export interface ReportedReturn {
  readonly reference: string;
  /** The provider's id of the return. */
  readonly id: string;
  readonly trackingNumbers: readonly string[];
  /** ISO UTC. */
  readonly reportedAt: string;
  /** `label`: only the label exists, and may never be used. `under-way`: a carrier has scanned it. */
  readonly progress: 'label' | 'under-way';
  /** The returned goods; empty if not known. */
  readonly contents: readonly ReportedLine[];
}

/** A package that the carrier reported as delivered. */
export interface DeliveredPackage {
  /** `Package.id`; several orders may be in one package. */
  readonly id: string;
  /** ISO UTC; '' if the time is not known. */
  readonly deliveredAt: string;
}

/** What a carrier says of a package. */
export interface CarrierNews {
  /** ISO UTC; '' if it has not arrived or the time is not known. */
  readonly deliveredAt: string;
  /** The carrier's words about a problem with it; '' where there is none. They may hold personal data. */
  readonly problem: string;
}

/** A package and its current tracking numbers. */
export interface NumberedPackage {
  /** `Package.id` */
  readonly id: string;
  /** At least one. */
  readonly trackingNumbers: readonly string[];
}

/**
 * Whether a text is a tracking number: capitals and digits without blanks, as carriers print them. People also type names or
 * telephone numbers into the field, which are personal data.
 */
export function isTrackingCode(text: string): boolean {
  return /^(?=.*\d)[A-Z\d][A-Z\d./-]{2,49}$/.test(text);
}

const SEPARATOR = /[,;|\t\r\n]|\s\/\s/;
/** What people enter where there is no number. */
const NO_NUMBER = /^(n\/?a|none|null|nil|tb[ad]|pending|unknown|-+|0+)$/i;
/** Printed in groups, and typed in small letters: of UPS, and of USPS. */
const GROUPED = /^(1Z[A-Z\d]{16}|\d{20,34})$/;

/**
 * The tracking numbers of fields into which people also enter several, or a word for none. A text with a part that is no
 * tracking code stays whole: it may be personal data.
 */
export function toTrackingNumbers(fields: readonly string[]): string[] {
  const numbers = fields.flatMap((field) => {
    const parts = field.split(SEPARATOR).map(withoutGroups);
    const given = parts.filter((part) => part !== '' && !NO_NUMBER.test(part));
    return given.every(isTrackingCode) ? given : [withoutGroups(field)];
  });
  return [...new Set(numbers)];
}

function withoutGroups(text: string): string {
  const joined = text.replaceAll(/\s/g, '').toUpperCase();
  return GROUPED.test(joined) ? joined : text.trim();
}

/** A tracking number for a message: the code itself, or a digest of a text that is none. */
export function trackingToken(text: string): string {
  if (isTrackingCode(text)) return text;
  return `text#${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

/** Tracking numbers in sentences that never expire. */
export function formatNumbers(numbers: readonly string[]): string {
  return numbers.map((number) => (isTrackingCode(number) ? number : 'a text that is no number')).join(', ');
}

/** Part of a carrier's name in lower case → its public tracking page; `%` stands for the number. */
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
 * The carrier's public page for a parcel; null for an unknown carrier.
 * @param carrier as the provider names it: `UPS Ground`, `stamps_com`
 */
export function trackingLink(carrier: string, trackingNumber: string): string | null {
  const words = carrier.toLowerCase().replaceAll(/[_-]/g, ' ');
  const found = PAGES.find(([name]) => name.test(words));
  return found === undefined ? null : found[1].replace('%', encodeURIComponent(trackingNumber));
}

/** What a provider reports, for any number of orders. */
export interface ReportedNews {
  readonly shipments: readonly ReportedShipment[];
  /** Packages that did not leave after all. */
  readonly withdrawn: readonly WithdrawnPackage[];
  readonly returns: readonly ReportedReturn[];
  /** Left out by services that name what was withdrawn. */
  readonly shippedParts?: readonly ShippedPart[];
}

/** What a provider reports for one order. */
export interface OrderNews extends ReportedNews {
  readonly reference: string;
}

/** News that could not be recorded on its order. It is retried with each collection of shipments. */
export interface NewsSetAside {
  readonly news: OrderNews;
  /** ISO UTC of the first try. */
  readonly since: string;
  /** One sentence for a person, without personal data. */
  readonly reason: string;
}

export function newsByReference({
  shipments,
  withdrawn,
  returns,
  shippedParts = [],
}: ReportedNews): OrderNews[] {
  const all = [...shipments, ...withdrawn, ...returns, ...shippedParts];
  const references = new Set(all.map(({ reference }) => reference));
  return [...references].map((reference) => {
    const parts = shippedParts.filter((one) => one.reference === reference);
    return {
      reference,
      shipments: shipments.filter((one) => one.reference === reference),
      withdrawn: withdrawn.filter((one) => one.reference === reference),
      returns: returns.filter((one) => one.reference === reference),
      ...(parts.length > 0 && { shippedParts: parts }),
    };
  });
}

/** Both, with the later report where both have one of the same id. */
export function joinNews(earlier: OrderNews | undefined, later: OrderNews): OrderNews {
  if (earlier === undefined) return later;
  const parts = [...(earlier.shippedParts ?? []), ...(later.shippedParts ?? [])];
  const shippedParts = [...new Map(parts.map((part) => [part.providerOrderId, part])).values()];
  return {
    reference: later.reference,
    shipments: latestById([...earlier.shipments, ...later.shipments]),
    withdrawn: latestById([...earlier.withdrawn, ...later.withdrawn]),
    returns: latestById([...earlier.returns, ...later.returns]),
    ...(shippedParts.length > 0 && { shippedParts }),
  };
}

function latestById<Report extends { readonly id: string }>(reports: readonly Report[]): Report[] {
  return [...new Map(reports.map((report) => [report.id, report])).values()];
}
