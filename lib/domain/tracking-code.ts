import { createHash } from 'node:crypto';

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
export function spokenNumbers(numbers: readonly string[]): string {
  return numbers.map((number) => (isTrackingCode(number) ? number : 'a text that is no number')).join(', ');
}
