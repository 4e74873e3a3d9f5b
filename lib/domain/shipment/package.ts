import { createHash } from 'node:crypto';

/** A box that left the provider: what was in it and how it travels. */
export interface Package {
  /** The provider's id of the label or fulfillment that made it; the same box always has the same id. */
  readonly id: string;
  /** Several where one box travels under several numbers; none where the provider gave none. */
  readonly trackingNumbers: readonly string[];
  /** By which the table finds tracking numbers that are no codes, as they expire. */
  readonly textsKey?: string;
  /** Name of the carrier as the provider gives it; '' where unknown. */
  readonly carrier: string;
  readonly service: string;
  /** ISO UTC. */
  readonly shippedAt: string;
  /** What the provider charged; null where it does not say. */
  readonly cost: { readonly amount: number; readonly currency: string } | null;
  readonly contents: readonly PackedLine[];
  /** What it holds beside the order's goods; left out where it holds nothing else. */
  readonly others?: readonly OtherGoods[];
  /** The provider's warehouse that shipped it; ''. */
  readonly warehouse: string;
  /** When its recipient got it, ISO UTC; '' until that is known. */
  readonly deliveredAt: string;
  /** Where DEAR shows it; absent until DEAR was told. */
  readonly shownIn?: ShownIn;
  /** Its label was voided after DEAR had been told; absent otherwise. */
  readonly voided?: VoidedLabel;
  /** The provider did not say what is in it, so it is taken to hold what remained. */
  readonly isAssumed?: boolean;
  /** The provider's id of the order, or the part of one, that left with it; left out where it does not say. */
  readonly providerOrderId?: string;
}

interface ShownIn {
  /** DEAR's id of the fulfilment. */
  readonly taskId: string;
  /** The box's name, as we gave it; a person who packed in DEAR may have given another. */
  readonly box: string;
}

interface VoidedLabel {
  /** When we heard of it, ISO UTC. */
  readonly at: string;
  /** Who said that DEAR is right as it stands; '' where that is still to be settled. */
  readonly settledBy: string;
}

/** Whether the package did not leave, although DEAR shows it: its goods are still to come. */
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
  /** SKU that really left in its place, which a person accepted; left out where it is the line's own. */
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
    'contents' | 'others' | 'deliveredAt' | 'shownIn' | 'voided' | 'isAssumed' | 'providerOrderId'
  > {
  /** Our reference, as the provider kept it. */
  readonly reference: string;
  /** The provider's id of the order it belongs to; ''. */
  readonly providerOrderId: string;
  /** `remaining`: the provider does not say, so everything that no other package holds. */
  readonly contents: readonly ReportedLine[] | 'remaining';
}

export interface ReportedLine {
  /** Our line key, where the provider echoes it; ''. */
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
   * `voided`: it did not leave. `refunded`: only its postage was taken back, weeks later as no carrier had scanned the label,
   * or after one had; the parcel has left.
   */
  readonly cause: 'voided' | 'refunded';
}

/** Goods that a customer sends back, as the provider reports them: when their label is made, and once they travel. */
export interface ReportedReturn {
  readonly reference: string;
  /** The provider's id of the return. */
  readonly id: string;
  readonly trackingNumbers: readonly string[];
  /** ISO UTC. */
  readonly reportedAt: string;
  /** `label`: it may lie in the parcel that left, and never be used. `under-way`: a carrier has it, or brought it. */
  readonly progress: 'label' | 'under-way';
  /** What is known to come back; none where that is not known. */
  readonly contents: readonly ReportedLine[];
}

/** A package that its recipient has, as the provider knows from the carrier. */
export interface DeliveredPackage {
  /** `Package.id`: every order that is in the package knows it by this. */
  readonly id: string;
  /** ISO UTC; '' where the provider knows that, but not when. */
  readonly deliveredAt: string;
}

/** A package, and the numbers under which it travels now. */
export interface NumberedPackage {
  /** `Package.id` */
  readonly id: string;
  /** At least one. */
  readonly trackingNumbers: readonly string[];
}

/**
 * Whether a text in a field for tracking numbers can be nothing else: capitals and digits without blanks, as carriers print
 * them. People also type there who took the parcel, or a telephone number with blanks, and that is personal data.
 */
export function isTrackingCode(text: string): boolean {
  return /^(?=.*\d)[A-Z\d][A-Z\d./-]{2,49}$/.test(text);
}

/** What a message may say of a number: the code itself, or a digest by which a text that is none is recognised. */
export function trackingToken(text: string): string {
  if (isTrackingCode(text)) return text;
  return `text#${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

/** As sentences that are kept for good name them. */
export function formatNumbers(numbers: readonly string[]): string {
  return numbers.map((number) => (isTrackingCode(number) ? number : 'a text that is no number')).join(', ');
}

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
