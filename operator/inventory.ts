import type { InventoryPolicy } from '../lib/domain/connection.ts';
import type { DriftReport } from '../lib/domain/inventory/drift-report.ts';
import { stockInDear } from '../lib/runtime/stock-in-dear.ts';
import { collectShipments, RecordedNews } from '../lib/workflows/collect-shipments.ts';
import { type SyncResult, syncInventory } from '../lib/workflows/inventory/sync-inventory.ts';
import { countUnconfirmedOrders } from '../lib/workflows/inventory/write-stock.ts';
import type { Bridge } from './bridge.ts';
import { toRowNote } from './orders/left-out-rows.ts';
import { type Operator, recordAct } from './record-act.ts';
import { Refused } from './user-errors.ts';

/** The latest comparison of each connection's stock; null where there was none. */
export async function readDriftReports(
  bridge: Bridge,
  ids: readonly string[],
): Promise<Array<{ connection: string; report: DriftReport | null }>> {
  const connections = ids.length === 0 ? bridge.settings.connections.map(({ id }) => id) : ids;
  return await Promise.all(
    connections.map(async (id) => ({
      connection: id,
      report: await bridge.driftReports.read(bridge.connection(id).id),
    })),
  );
}

/** Queues a comparison of a connection's stock, as its schedule would. */
export async function queueSync(bridge: Bridge, connection: string, by: Operator): Promise<void> {
  const { id } = bridge.connection(connection);
  await bridge.jobs.publish({ job: 'sync-inventory', connection: id });
  await recordAct(bridge, by, 'queued a sync of its stock', id);
}

/** What an operator chooses for one sync, in place of the settings. */
export interface SyncChoices {
  /** A stock take of everything, as right after connecting: it is opened in DEAR for a person to complete. */
  readonly initial: boolean;
  /** Also write what the guard would stop. */
  readonly unguarded: boolean;
  /** Code of the DEAR account that differences are booked to; '' for that of the settings. */
  readonly account: string;
  /** Only compare, and write nothing to DEAR or to the table. Shipments of the last minutes may show as a difference. */
  readonly dryRun: boolean;
}

/**
 * Compares the stock and writes as chosen, in this process rather than in the functions.
 * @param saveCsv receives the whole report
 * @throws {Refused} no account to book to is known
 * @throws {UpstreamError}
 */
export async function runSync(
  bridge: Bridge,
  connectionId: string,
  choices: SyncChoices,
  by: Operator,
  saveCsv: (parts: readonly Uint8Array[]) => Promise<void>,
): Promise<SyncResult> {
  const connection = bridge.connection(connectionId);
  const policy = toPolicy(connection.inventory, choices);
  const synced = await syncInventory(
    {
      ...bridge,
      connection,
      connections: bridge.settings.connections,
      dear: stockInDear(
        (await bridge.dear()).writingFor(connection.id),
        toRowNote('stock or products', bridge.leftOut),
      ),
      collect: async ({ id }) => choices.dryRun || (await collected(bridge, id)),
      reports: choices.dryRun ? DISCARDED_REPORTS : bridge.driftReports,
      files: { save: async (_, parts) => await saveCsv(parts) },
      hasTime: () => true,
      log: () => {},
      count: () => {},
    },
    { policy, guarded: !choices.unguarded, dryRun: choices.dryRun },
  );
  if (choices.dryRun) return synced;
  const how = `${choices.initial ? 'initial stock take' : 'sync'}${choices.unguarded ? ' without the guard' : ''}`;
  await recordAct(bridge, by, `${how}: ${synced.report?.outcome ?? synced.outcome}`, connection.id);
  return synced;
}

const DISCARDED_REPORTS = { save: async () => {} };

function toPolicy(policy: InventoryPolicy, { initial, account, dryRun }: SyncChoices): InventoryPolicy {
  const take = { mode: 'stocktake', completeStocktake: 'by-hand' } as const;
  const chosen: InventoryPolicy = {
    ...policy,
    account: account === '' ? policy.account : account,
    ...(initial ? take : {}),
  };
  if (dryRun || chosen.mode === 'report' || chosen.account !== '') return chosen;
  throw new Refused('No DEAR account is given that differences are booked to', 'For example: --account 403');
}

/** How many of the present orders an open stock take of the connection's location would keep from being confirmed. */
export async function countOrdersThatWouldWait(bridge: Bridge, connectionId: string): Promise<number> {
  const { location } = bridge.connection(connectionId);
  return await countUnconfirmedOrders(location, {
    connections: bridge.settings.connections,
    orders: bridge.orders,
  });
}

const silent = { log: () => {}, count: () => {} };

async function collected(bridge: Bridge, id: string): Promise<boolean> {
  const provider = await bridge.providerFor(id);
  const connection = bridge.connection(id);
  const recorded = new RecordedNews();
  const deps = { ...bridge, connection, provider, recorded, hasTime: () => true, ...silent };
  return (await collectShipments(deps)).outcome === 'finished';
}
