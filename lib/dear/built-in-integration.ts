import type { Rejected } from '../domain/errors.ts';

/**
 * Both spellings, as DEAR itself uses both. The blueprint says only that a shipment cannot be written where a product
 * leaves from a location of DEAR's own external fulfillment; the text of that refusal is not documented and has not been
 * seen. These are the words of the blueprint's sentence.
 */
const EXTERNAL_LOCATION_TEXT = /\bexternal(ly)?[\s-]+(location|fulfil)/i;

/**
 * Whether DEAR refuses a shipment because the location belongs to one of its built-in fulfillment integrations: a
 * configuration error, until the location is connected to DEAR's integration or to this bridge alone. False proves nothing.
 * @param error the refusal of a shipment; in other refusals the words may be part of a location's name
 */
export function isOwnedByBuiltInIntegration(error: Rejected): boolean {
  return EXTERNAL_LOCATION_TEXT.test(error.details.upstreamMessage ?? '');
}
