import { listLocations } from '../lib/dear/reference.ts';
import { isoTime } from '../lib/domain/clock.ts';
import {
  changeMapping,
  listMappings,
  type MappingChange,
  type MappingKey,
  type MappingKind,
  type MappingRow,
} from '../lib/domain/mapping.ts';
import type { FulfillmentOrder } from '../lib/domain/order/fulfillment-order.ts';
import { isHeldFor } from '../lib/domain/order/holds.ts';
import { isSameName } from '../lib/domain/sale/location.ts';
import type { ShippingCodes } from '../lib/providers/provider-set-up.ts';
import { getProviderDefinition } from '../lib/providers/registry.ts';
import { VersionConflict } from '../lib/store/table.ts';
import { toReconcileMessage } from '../lib/workflows/act-on-order.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';
import { Refused } from './user-errors.ts';

/** How people call what is mapped. */
export const MAPPING_NOUNS: Readonly<Record<MappingKind, string>> = {
  'shipping-method': 'shipping method',
  carrier: 'carrier',
  warehouse: 'warehouse',
};

export interface MappingsView {
  /** Of what operators mapped; 0 where they mapped nothing. */
  readonly version: number;
  readonly rows: readonly MappingRow[];
  /** The latest changes, newest first. */
  readonly changes: readonly MappingChange[];
}

/** What is mapped, of every connection or of one. @throws {NotFound} no such connection */
export async function readMappings(bridge: Bridge, only?: string): Promise<MappingsView> {
  const connections = only === undefined ? bridge.settings.connections : [bridge.connection(only)];
  const table = await bridge.mappings.read();
  const ids = new Set(connections.map(({ id }) => id));
  return {
    version: table.version,
    rows: connections.flatMap((connection) => listMappings(connection, table)),
    changes: table.changes.filter(({ connection }) => ids.has(connection)).toReversed(),
  };
}

/** The codes of a connection's service, as it lists them; null where it has no list. @throws {NotFound | UpstreamError} */
export async function readShippingCodes(bridge: Bridge, id: string): Promise<ShippingCodes | null> {
  const connection = bridge.connection(id);
  const setUp = await getProviderDefinition(connection.provider).setUp();
  const secret = await bridge.secrets.read(bridge.secretNames.connection(id));
  return await setUp.listShipping({ connection, secret, now: bridge.now });
}

export interface ChangedMapping {
  readonly change: MappingChange | null;
  /** How many sales are read again, because their orders wait for the method. */
  readonly released: number;
}

/**
 * Maps a name, or leaves it to the settings again. Orders use it from the next reading of their sale on, and sales whose orders
 * wait for the method are read at once; DEAR is written to with it within half a minute.
 * @param value '' leaves it to the settings
 * @param isChecked whether the service and DEAR are asked if they know the names
 * @throws {NotFound} no such connection
 * @throws {Refused} the service or DEAR does not know the name
 * @throws {UpstreamError} they could not be asked
 */
export async function mapName(
  bridge: Bridge,
  key: MappingKey,
  value: string,
  by: Operator,
  isChecked = true,
): Promise<ChangedMapping> {
  bridge.connection(key.connection);
  requireUsable(key.name, value);
  if (isChecked && value !== '') await requireKnown(bridge, key, value);
  const change = await save(bridge, key, value, by);
  if (change === null) return { change, released: 0 };
  await recordAct(bridge, by, describeChange(change), key.connection);
  return { change, released: key.kind === 'shipping-method' ? await readWaitingSales(bridge, key) : 0 };
}

/** What would change. Nothing is written. @throws as `mapName` does */
export async function previewMapping(
  bridge: Bridge,
  key: MappingKey,
  value: string,
  isChecked = true,
): Promise<ChangedMapping> {
  bridge.connection(key.connection);
  requireUsable(key.name, value);
  if (isChecked && value !== '') await requireKnown(bridge, key, value);
  const by = { by: '', at: isoTime(bridge.now()) };
  const before = await bridge.mappings.read();
  const after = changeMapping(before, key, value, by);
  const waiting = key.kind === 'shipping-method' ? await listWaitingFor(bridge, key) : [];
  return after === before
    ? { change: null, released: 0 }
    : { change: after.changes.at(-1) ?? null, released: waiting.length };
}

/** As a sentence of the audit. */
export function describeChange({ kind, name, before, after }: MappingChange): string {
  const was = before === '' ? '' : ` (before: ${before})`;
  return after === ''
    ? `left the ${MAPPING_NOUNS[kind]} ${name} to the settings${was}`
    : `mapped the ${MAPPING_NOUNS[kind]} ${name} to ${after}${was}`;
}

const MAX_LENGTH = 256;

function requireUsable(name: string, value: string): void {
  if (name === '' || name.length > MAX_LENGTH || value.length > MAX_LENGTH)
    throw new Refused(`A name has 1 to ${MAX_LENGTH} characters`, 'Nothing was changed');
}

async function requireKnown(bridge: Bridge, { connection, kind, name }: MappingKey, value: string) {
  if (kind === 'warehouse') return await requireLocation(bridge, value);
  const codes = await readShippingCodes(bridge, connection);
  if (codes === null) return;
  const known = kind === 'shipping-method' ? codes.services : [...codes.services, ...codes.carriers];
  const given = kind === 'shipping-method' ? value : name;
  if (known.length === 0 || known.some((one) => one.value === given)) return;
  throw new Refused(
    `${connection} has no ${kind === 'carrier' ? 'service or carrier' : 'service'} ${given}. It lists: ${known.map((one) => one.value).join(', ')}`,
    'Nothing was changed. Map it unchecked where the list is not complete: --unchecked',
  );
}

async function requireLocation(bridge: Bridge, name: string): Promise<void> {
  const locations = await listLocations(await bridge.dear());
  const usable = locations.filter(({ parentId, isDeprecated }) => parentId === null && !isDeprecated);
  if (usable.some((location) => isSameName(location.name, name))) return;
  throw new Refused(
    `DEAR has no location ${name}. It has: ${usable.map((one) => one.name).join(', ')}`,
    'Nothing was changed',
  );
}

const MAX_TRIES = 3;

/** @returns null where nothing changes */
async function save(
  { mappings, now }: Bridge,
  key: MappingKey,
  value: string,
  { name: by }: Operator,
): Promise<MappingChange | null> {
  for (let tries = 1; ; tries += 1) {
    const before = await mappings.read();
    const after = changeMapping(before, key, value, { by, at: isoTime(now()) });
    if (after === before) return null;
    try {
      await mappings.save(after, before);
      return after.changes.at(-1) ?? null;
    } catch (error) {
      if (!(error instanceof VersionConflict) || tries === MAX_TRIES) throw error;
    }
  }
}

/** Each costs one call of DEAR's. @returns how many */
async function readWaitingSales(bridge: Bridge, key: MappingKey): Promise<number> {
  const orders = await listWaitingFor(bridge, key);
  const sales = new Map(orders.map(({ saleId, saleOrderNumber }) => [saleId, saleOrderNumber]));
  for (const [saleId, number] of sales)
    await bridge.saleEvents.publish(toReconcileMessage(saleId, number, bridge.now()));
  return sales.size;
}

/** Orders that wait for a service of the method; those whose content has expired may be among them. */
async function listWaitingFor(
  { orders, settings }: Bridge,
  { connection, name }: MappingKey,
): Promise<FulfillmentOrder[]> {
  const waiting: FulfillmentOrder[] = [];
  if (!settings.connections.some(({ id }) => id === connection)) return waiting;
  for await (const order of orders.listWaiting('hold')) {
    if (order.connection !== connection || !isHeldFor(order, 'shipping-method')) continue;
    const content = await orders.readContent(order);
    if (content === null || isSameName(content.chosenMethod, name)) waiting.push(order);
  }
  return waiting;
}
