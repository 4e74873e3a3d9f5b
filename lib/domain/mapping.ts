import type { Connection } from './connection.ts';
import { foldName } from './sale/location.ts';

/**
 * What a name of one side is called on the other: a shipping method of DEAR's at the service; a shipping service or carrier of
 * the service in DEAR; a warehouse of the service as a DEAR location.
 */
export const MAPPING_KINDS = ['shipping-method', 'carrier', 'warehouse'] as const;
export type MappingKind = (typeof MAPPING_KINDS)[number];

export interface MappingKey {
  /** The connection's id. */
  readonly connection: string;
  readonly kind: MappingKind;
  readonly name: string;
}

/** A name that an operator mapped without a deployment. It wins over the settings. */
export interface Mapping extends MappingKey {
  readonly value: string;
}

export interface MappingChange extends MappingKey {
  /** Of the table after the change. */
  readonly version: number;
  /** ISO UTC. */
  readonly at: string;
  readonly by: string;
  /** What operators had mapped it to, and have now; '' where the settings decide. */
  readonly before: string;
  readonly after: string;
}

/** Everything that operators mapped. */
export interface MappingTable {
  /** 0 before the first change. */
  readonly version: number;
  readonly mappings: readonly Mapping[];
  /** The latest, oldest first. */
  readonly changes: readonly MappingChange[];
}

export const NO_MAPPINGS: MappingTable = { version: 0, mappings: [], changes: [] };

/** More are in the audit; these are read with every mapping. */
const MAX_CHANGES = 50;

interface ChangedBy {
  readonly by: string;
  /** ISO UTC. */
  readonly at: string;
}

/**
 * The table with one name mapped, or left to the settings again.
 * @param value '' leaves it to the settings
 * @returns the same table where nothing changes
 */
export function changeMapping(
  table: MappingTable,
  key: MappingKey,
  value: string,
  { by, at }: ChangedBy,
): MappingTable {
  const before = findMapping(table, key)?.value ?? '';
  if (before === value) return table;
  const others = table.mappings.filter((mapping) => !isSameKey(mapping, key));
  const version = table.version + 1;
  const change = { ...key, version, at, by, before, after: value };
  return {
    version,
    mappings: value === '' ? others : [...others, { ...key, value }],
    changes: [...table.changes, change].slice(-MAX_CHANGES),
  };
}

function findMapping({ mappings }: MappingTable, key: MappingKey): Mapping | undefined {
  return mappings.find((mapping) => isSameKey(mapping, key));
}

function isSameKey(one: MappingKey, other: MappingKey): boolean {
  return (
    one.connection === other.connection &&
    one.kind === other.kind &&
    fold(one.kind, one.name) === fold(one.kind, other.name)
  );
}

/** People type DEAR's methods; the service gives the others by code. */
function fold(kind: MappingKind, name: string): string {
  return kind === 'shipping-method' ? foldName(name) : name;
}

type Names = Readonly<Record<string, string>>;
/** What of a connection is mapped. */
export type MappedSettings = Pick<Connection, 'id' | 'shippingMethods' | 'carriers' | 'warehouses'>;

/** The connection with what operators mapped in place of its settings. Without `shippingMethods` other methods still pass. */
export function withMappings<Settings extends MappedSettings>(
  connection: Settings,
  table: MappingTable,
): Settings {
  const own = table.mappings.filter((mapping) => mapping.connection === connection.id);
  if (own.length === 0) return connection;
  const { shippingMethods, carriers, warehouses } = connection;
  const hasMethods = own.some(({ kind }) => kind === 'shipping-method');
  const services = overlay('shipping-method', shippingMethods?.services ?? {}, own);
  return {
    ...connection,
    shippingMethods: hasMethods ? { unmapped: 'pass', ...shippingMethods, services } : shippingMethods,
    carriers: overlay('carrier', carriers, own),
    warehouses: overlay('warehouse', warehouses, own),
  };
}

function overlay(kind: MappingKind, settings: Names, own: readonly Mapping[]): Names {
  const mapped = own.filter((mapping) => mapping.kind === kind);
  const names = new Set(mapped.map(({ name }) => fold(kind, name)));
  const kept = Object.entries(settings).filter(([name]) => !names.has(fold(kind, name)));
  return Object.fromEntries([...kept, ...mapped.map(({ name, value }) => [name, value] as const)]);
}

/** A mapped name with both of its sources; '' where a source says nothing. */
export interface MappingRow extends MappingKey {
  readonly value: string;
  readonly bySettings: string;
  readonly byOperator: string;
}

/** Every name that the settings or an operator map for the connection, by kind and name. */
export function listMappings(connection: MappedSettings, table: MappingTable): MappingRow[] {
  return MAPPING_KINDS.flatMap((kind) => {
    const settings = Object.entries(getNames(connection, kind));
    const own = table.mappings.filter((one) => one.connection === connection.id && one.kind === kind);
    const bySettings = settings.map(([name, value]) => {
      const byOperator = own.find((one) => fold(kind, one.name) === fold(kind, name))?.value ?? '';
      return toRow(connection.id, kind, name, value, byOperator);
    });
    const added = own.filter(
      ({ name }) => !settings.some(([known]) => fold(kind, known) === fold(kind, name)),
    );
    const rows = [
      ...bySettings,
      ...added.map(({ name, value }) => toRow(connection.id, kind, name, '', value)),
    ];
    return rows.sort((one, other) => (one.name < other.name ? -1 : 1));
  });
}

function toRow(
  connection: string,
  kind: MappingKind,
  name: string,
  bySettings: string,
  byOperator: string,
): MappingRow {
  return { connection, kind, name, bySettings, byOperator, value: byOperator || bySettings };
}

function getNames({ shippingMethods, carriers, warehouses }: MappedSettings, kind: MappingKind): Names {
  if (kind === 'shipping-method') return shippingMethods?.services ?? {};
  return kind === 'carrier' ? carriers : warehouses;
}
