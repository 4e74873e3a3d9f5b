import { Rejected, Unavailable } from '../../domain/errors.ts';
import type { OrderContent } from '../../domain/order/order-content.ts';
import { STALE } from './classify-answer.ts';
import type { ExtensivClient, TaggedOrder } from './client.ts';
import { getReference, type LineRequest, toExtensivOrder, toPapers, toRouting } from './order-mapper.ts';
import { hasLeft, isCancelled, isOpen } from './order-reader.ts';
import type { OrderItem, OrderRow } from './schemas.ts';
import type { ExtensivSettings } from './settings.ts';

interface ChangeDeps {
  readonly client: ExtensivClient;
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: Pick<ExtensivSettings, 'customerId' | 'facilityId' | 'batchIs'>;
  /** The order and what was split off it. */
  readonly findParts: (id: string, reference: string) => Promise<OrderRow[]>;
}

/** How often a change begins anew because the order was changed meanwhile. */
const MAX_TRIES = 3;
/** The warehouse marks these while it works; a line is deleted at most once each. */
const MAX_DELETIONS = 500;

/** Cancels and changes orders: each write carries the tag of what was read, so that nothing is decided on an old state. */
export function orderChanger({ client, system, settings, findParts }: ChangeDeps) {
  const refuse = (operation: string, reference: string, upstreamMessage: string) =>
    new Rejected({ system, operation, reference, upstreamMessage });

  /** Runs a decision again, on a new reading, where the order changed after it was read. */
  async function decide(operation: string, reference: string, run: () => Promise<void>): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      try {
        return await run();
      } catch (error) {
        if (!(error instanceof Rejected) || error.details.code !== STALE) throw error;
      }
    }
    const upstreamMessage = 'The order changes faster than it can be read.';
    throw new Unavailable({ system, operation, reference, upstreamMessage });
  }

  async function cancelPart(id: string, reference: string): Promise<void> {
    const operation = 'cancel order';
    await decide(operation, reference, async () => {
      const tagged = await client.order(id, reference);
      if (tagged === null) throw refuse(operation, reference, 'Extensiv has no such order.');
      if (isCancelled(tagged.order)) return;
      if (hasLeft(tagged.order)) throw refuse(operation, reference, 'It has shipped.');
      await client.cancelOrder(id, tagged.etag, reference);
    });
  }

  return {
    async cancel(id: string, reference: string): Promise<void> {
      const parts = await findParts(id, reference);
      if (parts.length === 0) throw refuse('cancel order', reference, 'Extensiv has no such order.');
      if (parts.some(hasLeft)) throw refuse('cancel order', reference, 'It has shipped, or a part of it.');
      for (const part of parts.filter((one) => !isCancelled(one)))
        await cancelPart(String(part.readOnly.orderId), reference);
    },

    async update(id: string, content: OrderContent, candidates: readonly OrderContent[]): Promise<void> {
      const { reference } = content;
      const operation = 'change order';
      const parts = await findParts(id, reference);
      if (parts.length > 1) throw refuse(operation, reference, 'It was split at the warehouse.');
      await decide(operation, reference, async () => {
        const tagged = await client.order(id, reference);
        const why = whyNoChange(tagged, reference);
        if (tagged === null || why !== null) throw refuse(operation, reference, why ?? '');
        const { order, etag } = tagged;
        const wanted = toExtensivOrder(content, settings).orderItems;
        const known = candidates.map((one) => toExtensivOrder(one, settings).orderItems);
        if (!isSent(order.orderItems, known, wanted))
          throw refuse(operation, reference, 'Its goods were changed at the warehouse.');
        await client.putOrder(id, toBody(order, content, candidates, wanted), etag, reference);
        await removeSurplus(id, reference, wanted);
      });
    },
  };

  /**
   * Whether a change replaces the lines or merges them is not documented. Where lines stay that are no longer wanted, they are
   * deleted one by one; then the order has to have exactly the lines that it should have.
   */
  async function removeSurplus(id: string, reference: string, wanted: readonly LineRequest[]) {
    for (let count = 0; count < MAX_DELETIONS; count += 1) {
      const tagged = await client.order(id, reference);
      const lines = tagged?.order.orderItems ?? [];
      const surplus = lines.find((line) => !wanted.some((one) => isSameLine(line, one)));
      if (surplus === undefined || tagged === null) {
        if (lines.length === wanted.length) return;
        break;
      }
      await client.deleteItem(id, surplus.readOnly.orderItemId, tagged.etag, reference);
    }
    const why = 'Extensiv answered that the order is changed, and shows other lines. Correct them there.';
    throw refuse('change order', reference, why);
  }
}

function whyNoChange(tagged: TaggedOrder | null, reference: string): string | null {
  if (tagged === null || getReference(tagged.order) !== reference) return 'Extensiv has no such order.';
  const { order } = tagged;
  if (isCancelled(order)) return 'It is cancelled.';
  if (hasLeft(order)) return 'It has shipped.';
  if (!isOpen(order)) return `It has the unknown status ${order.readOnly.status}.`;
  const { pickDoneDate, packDoneDate, packages } = order.readOnly;
  return pickDoneDate !== '' || packDoneDate !== '' || packages.length > 0 ? 'It is picked or packed.' : null;
}

/**
 * Whether the lines at Extensiv can be what we sent: those of one version; or, of a change that was interrupted before lines
 * that are no longer wanted were deleted, all that are wanted and others of the versions before. What people did there is neither.
 */
function isSent(
  lines: readonly OrderItem[],
  known: ReadonlyArray<readonly LineRequest[]>,
  wanted: readonly LineRequest[],
): boolean {
  if (known.length === 0) return false;
  if (known.some((version) => hasAll(lines, version))) return true;
  const ours = [...known.flat(), ...wanted];
  return (
    wanted.every((one) => lines.some((line) => isSameLine(line, one))) &&
    lines.every((line) => ours.some((one) => isSameLine(line, one)))
  );
}

function hasAll(lines: readonly OrderItem[], version: readonly LineRequest[]): boolean {
  return (
    lines.length === version.length && version.every((one) => lines.some((line) => isSameLine(line, one)))
  );
}

function isSameLine(line: OrderItem, one: LineRequest): boolean {
  return (
    line.externalId === one.externalId &&
    line.itemIdentifier.sku.toLowerCase() === one.itemIdentifier.sku.toLowerCase() &&
    line.qty === one.qty &&
    // The warehouse may choose a lot where none was asked for.
    (one.lotNumber === null || line.lotNumber === one.lotNumber) &&
    (one.serialNumber === null || line.serialNumber === one.serialNumber)
  );
}

/** The order as it was read, with what is ours replaced; a routing that the warehouse chose stays. */
function toBody(
  order: OrderRow,
  content: OrderContent,
  candidates: readonly OrderContent[],
  wanted: readonly LineRequest[],
): object {
  const { readOnly: _, _links, ...fields } = order;
  const { carrier, mode } = order.routingInfo;
  const sent = candidates.map(({ shippingMethod }) => toRouting(shippingMethod));
  const isOurs = sent.some((one) => (one.carrier ?? '') === carrier && (one.mode ?? '') === mode);
  return {
    ...fields,
    ...toPapers(content),
    ...(isOurs && { routingInfo: { ...order.routingInfo, ...toRouting(content.shippingMethod) } }),
    orderItems: wanted.map((line) => {
      const known = order.orderItems.find(({ externalId }) => externalId === line.externalId);
      return known === undefined ? line : { ...line, readOnly: { orderItemId: known.readOnly.orderItemId } };
    }),
  };
}
