import type { InventoryPolicy } from '../lib/domain/connection.ts';
import type { DriftReport } from '../lib/domain/inventory/drift-report.ts';
import { stockInDear } from '../lib/runtime/stock-in-dear.ts';
import { collectShipments, RecordedNews } from '../lib/workflows/collect-shipments.ts';
import { type SyncResult, syncInventory } from '../lib/workflows/sync-inventory.ts';
import { countUnconfirmedOrders } from '../lib/workflows/write-stock.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';
import { Refused } from './user-errors.ts';

/** How each connection's stock stood when it was last compared; null where it never was. */
export async function driftReports(
  bridge: Bridge,
  ids: readonly string[],
): Promise<Array<{ connection: string; report: DriftReport | null }>> {
  const wanted = ids.length === 0 ? bridge.settings.connections.map(({ id }) => id) : ids;
  return await Promise.all(
    wanted.map(async (id) => ({
      connection: id,
      report: await bridge.driftReports.read(bridge.connection(id).id),
    })),
  );
}

/** Has a connection's stock compared now, as its schedule would. */
export async function askForSync(bridge: Bridge, connection: string, by: Operator): Promise<void> {
  const { id } = bridge.connection(connection);
  await bridge.jobs.publish({ job: 'sync-inventory', connection: id });
  await recordAct(bridge, by, 'asked for a sync of its stock', id);
}

/** What a person decides about one sync, other than the settings say. */
export interface SyncWish {
  /** A stock take of everything, as right after connecting: it is opened in DEAR for a person to complete. */
  readonly initial: boolean;
  /** Write also what the guard would stop. */
  readonly unguarded: boolean;
  /** Code of the DEAR account that differences are booked to; '' for the settings'. */
  readonly account: string;
  /** Only compare: nothing is written, neither to DEAR nor here. What left in the last minutes may show as a difference. */
  readonly dryRun: boolean;
}

/**
 * Compares the stock and writes as wished, here and now rather than in the functions.
 * @param saveCsv is given the whole report
 * @throws {Refused} there is no account to book to
 * @throws {UpstreamError}
 */
export async function syncHere(
  bridge: Bridge,
  connectionId: string,
  wish: SyncWish,
  by: Operator,
  saveCsv: (parts: readonly Uint8Array[]) => Promise<void>,
): Promise<SyncResult> {
  const connection = bridge.connection(connectionId);
  const policy = policyFor(connection.inventory, wish);
  const provider = await bridge.providerFor(connection.id);
  const synced = await syncInventory(
    {
      ...bridge,
      connection,
      connections: bridge.settings.connections,
      provider,
      dear: stockInDear(await bridge.dear()),
      collect: async ({ id }) => wish.dryRun || (await collected(bridge, id)),
      reports: wish.dryRun ? NOT_KEPT : bridge.driftReports,
      files: { save: async (_, parts) => await saveCsv(parts) },
      hasTime: () => true,
      log: () => {},
      count: () => {},
    },
    { policy, guarded: !wish.unguarded },
  );
  if (wish.dryRun) return synced;
  const how = `${wish.initial ? 'initial stock take' : 'sync'}${wish.unguarded ? ' without the guard' : ''}`;
  await recordAct(bridge, by, `${how}: ${synced.report?.outcome ?? synced.outcome}`, connection.id);
  return synced;
}

const NOT_KEPT = { save: async () => {} };

function policyFor(policy: InventoryPolicy, { initial, account, dryRun }: SyncWish): InventoryPolicy {
  if (dryRun) return { ...policy, mode: 'report' };
  const take = { mode: 'stocktake', completeStocktake: 'by-hand' } as const;
  const wished: InventoryPolicy = {
    ...policy,
    account: account === '' ? policy.account : account,
    ...(initial ? take : {}),
  };
  if (wished.mode === 'report' || wished.account !== '') return wished;
  throw new Refused('Say which DEAR account differences are booked to: --account 403');
}

/** How many orders an open stock take of the connection's location would keep from being confirmed, as they stand now. */
export async function ordersThatWouldWait(bridge: Bridge, connectionId: string): Promise<number> {
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
