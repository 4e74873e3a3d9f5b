import { DAY_MS, HOUR_MS } from '../clock.ts';

/**
 * Services that refund unused postage void USPS labels automatically that were not scanned for 21 days, also those of parcels
 * that left. A person's void that late looks the same. Half a day less, as neither side's clock is exact.
 */
const REFUND_ASSIST_MS = 21 * DAY_MS - 12 * HOUR_MS;
const USPS = /^(stamps_com|usps|endicia)/i;

/**
 * Whether a label was voided so late that only its postage may have been refunded.
 * @param createdAt ms since the epoch, as `voidedAt`; NaN where it is not known
 */
export function isRefundedLate(carrierCode: string, createdAt: number, voidedAt: number): boolean {
  return USPS.test(carrierCode) && voidedAt - createdAt >= REFUND_ASSIST_MS;
}
