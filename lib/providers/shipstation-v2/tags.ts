import { Rejected, UpstreamError } from '../../domain/errors.ts';
import type { OrderContent } from '../../domain/order/order-content.ts';
import { oneLine } from '../../domain/text.ts';
import { errorFromRow } from './classify-answer.ts';
import type { ShipStationClient } from './client.ts';
import type { ShipmentRequest } from './order-request.ts';
import type { CreatedShipment } from './schemas.ts';
import { TAG_PLACEHOLDER, type TagPlaceholder } from './settings.ts';

const VALUES = {
  channel: ({ sourceChannel }) => sourceChannel,
  location: ({ location }) => location,
  shippingMethod: ({ shippingMethod }) => shippingMethod,
} satisfies Record<TagPlaceholder, (content: OrderContent) => string>;

/** The order's tags, each once. One whose placeholder the order does not fill is left out. */
export function toTags(tags: readonly string[], content: OrderContent): string[] {
  const filled = tags.map((tag) => fillTag(tag, content)).filter((tag) => tag !== '');
  return [...new Map(filled.map((tag) => [tag.toLowerCase(), tag])).values()];
}

/** '' where a placeholder has no value. */
function fillTag(tag: string, content: OrderContent): string {
  let isFilled = true;
  const filled = tag.replaceAll(TAG_PLACEHOLDER, (_, name: TagPlaceholder) => {
    const value = oneLine(VALUES[name](content));
    if (value === '') isFilled = false;
    return value;
  });
  return isFilled ? oneLine(filled) : '';
}

interface CreateDeps {
  readonly client: Pick<ShipStationClient, 'createShipment' | 'addTag'>;
  /** The connection's id, which errors name. */
  readonly system: string;
}

/**
 * Creates a shipment with its tags. It is documented that tagging a shipment creates a tag that does not exist, and not
 * whether a create does: where that is refused for its tags, the shipment is created without them and then tagged. The order
 * is sent in any case.
 * @returns the tags that it does not have
 * @throws {Rejected} for any other refusal
 */
export async function createTagged(
  body: ShipmentRequest,
  tags: readonly string[],
  { client, system }: CreateDeps,
): Promise<{ readonly row: CreatedShipment; readonly missing: readonly string[] }> {
  const { external_shipment_id: reference } = body;
  const create = async (request: ShipmentRequest): Promise<CreatedShipment> => {
    const row = await client.createShipment(request);
    if (row.errors.length === 0 && row.shipment_id !== '') return row;
    throw errorFromRow({ system, operation: 'create shipment', reference, writes: true }, row);
  };
  if (tags.length === 0) return { row: await create(body), missing: [] };
  try {
    return { row: await create({ ...body, tags: tags.map((name) => ({ name })) }), missing: [] };
  } catch (error) {
    if (!isRefusalOfTags(error)) throw error;
  }
  const row = await create(body);
  const missing: string[] = [];
  for (const tag of tags) {
    const isTagged = await client.addTag(row.shipment_id, tag, reference).then(() => true, isFailure);
    if (!isTagged) missing.push(tag);
  }
  return { row, missing };
}

/** The refused fields are named in the message; no code is documented for tags. */
function isRefusalOfTags(error: unknown): boolean {
  return error instanceof Rejected && /\btags?\b/i.test(error.details.upstreamMessage ?? '');
}

function isFailure(error: unknown): false {
  if (error instanceof UpstreamError) return false;
  throw error;
}
