import type { Rejected } from '../domain/errors.ts';

/**
 * Both spellings, as DEAR itself uses both. The blueprint says only that a shipment cannot be written where a product
 * leaves from a location of DEAR's own external fulfillment; the text of that refusal is written down nowhere and nobody
 * has shown it. These are the words of that sentence, without which an error that means it could hardly be written.
 */
const EXTERNAL_LOCATION_TEXT = /\bexternal(ly)?[\s-]+(location|fulfil)/i;

/**
 * Whether DEAR refuses a shipment because the location belongs to one of its built-in fulfillment integrations: an error
 * of the set-up, which ends only when the location is connected to one of the two alone. False proves nothing.
 * @param error the refusal of a ship; in another one the words may be part of a location's name
 */
export function isOwnedByBuiltInIntegration(error: Rejected): boolean {
  return EXTERNAL_LOCATION_TEXT.test(error.details.upstreamMessage ?? '');
}
