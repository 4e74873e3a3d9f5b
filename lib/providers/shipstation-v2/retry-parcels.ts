import { OperatorActionNeeded, Throttled } from '../../domain/errors.ts';
import type { ShipStationClient } from './client.ts';
import type { Position } from './collection-cursor.ts';
import type { parcelReports, Report } from './parcel-reports.ts';
import { isDue, isGivenUp, mayConclude, type ParcelAside, putAside, takeBack } from './parcels-aside.ts';

const EMPTY: Report = { shipments: [], withdrawn: [], returns: [], failed: [] };

interface Tried {
  readonly position: Position;
  readonly report: Report;
  /** `Package.id` of a parcel that is tried no more, though it was never read; ''. */
  readonly givenUp: string;
}

/** Tries again what was put aside, each parcel by itself. */
export function asideRetrier(
  client: Pick<ShipStationClient, 'label' | 'fulfillments'>,
  reports: ReturnType<typeof parcelReports>,
) {
  /** null: there is no such parcel any more. */
  async function readAgain({ id }: ParcelAside, mayAssume: boolean): Promise<Report | null> {
    const [kind, rowId = ''] = id.split(/:(.*)/);
    if (kind === 'label') {
      const row = await client.label(rowId);
      return row === null ? null : await reports.ofLabels([row], mayAssume);
    }
    const { rows, unreadable } = await client.fulfillments({ fulfillment_id: rowId, page: 1 });
    const own = rows.filter(({ fulfillment_id }) => fulfillment_id === rowId);
    if (own.length === 0 && unreadable.length === 0) return null;
    return own.length === 0
      ? { ...EMPTY, failed: [{ id, isGone: false, why: 'row' }] }
      : await reports.ofFulfillments(own, mayAssume);
  }

  async function attempt(entry: ParcelAside, mayAssume: boolean): Promise<Report | null> {
    try {
      return await readAgain(entry, mayAssume);
    } catch (error) {
      if (error instanceof Throttled || error instanceof OperatorActionNeeded) throw error;
      return { ...EMPTY, failed: [{ id: entry.id, isGone: false, why: 'read' }] };
    }
  }

  return async function* retry(position: Position, now: number): AsyncGenerator<Tried> {
    let current = position;
    for (const entry of position.aside.filter((one) => isDue(one, now))) {
      const mayAssume = mayConclude(entry, now);
      const report = await attempt(entry, mayAssume);
      const [failed] = report?.failed ?? [];
      const isOver = isGivenUp(entry, now) || (failed === undefined && !mayAssume);
      const after = failed === undefined ? { ...entry, isConcluded: true } : entry;
      const aside = isOver
        ? takeBack(current.aside, entry.id)
        : putAside(
            current.aside.map((one) => (one.id === entry.id ? after : one)),
            { id: entry.id, isGone: failed?.isGone ?? false },
            now,
          );
      current = { ...current, aside };
      const givenUp = failed !== undefined && isOver && !entry.isConcluded ? entry.id : '';
      yield { position: current, report: { ...(report ?? EMPTY), failed: [] }, givenUp };
    }
  };
}
