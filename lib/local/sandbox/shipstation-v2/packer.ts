import type { Timeline } from '../timeline.ts';
import { buyLabel } from './label-rules.ts';
import type { Store } from './store.ts';

/**
 * The warehouse that needs nobody to ask: buys a label for each pending shipment so long after it was made. It works from
 * the state alone, so it goes on after a restart and follows a change of the setting.
 */
export function startPacker(store: Store, timeline: Timeline): { stop(): void } {
  const timers = new Map<string, () => void>();
  let stopped = false;
  let set: number | null = null;

  const forget = () => {
    for (const cancel of timers.values()) cancel();
    timers.clear();
  };

  const wake = () => {
    const afterMs = store.state().settings.shipsByItself?.afterMs ?? null;
    if (afterMs !== set) forget();
    set = afterMs;
    if (afterMs === null || stopped) return;
    for (const { shipment_id: id, shipment_status, modified_at } of store.state().shipments) {
      if (shipment_status !== 'pending' || timers.has(id)) continue;
      const wait = Math.max(0, Date.parse(modified_at) + afterMs - timeline.now());
      timers.set(
        id,
        timeline.after(wait, () => pack(id)),
      );
    }
  };

  const pack = (id: string) => {
    timers.delete(id);
    const shipment = store.state().shipments.find(({ shipment_id }) => shipment_id === id);
    if (shipment?.shipment_status === 'pending') store.change((world) => buyLabel(world, id));
  };

  store.onChange(wake);
  wake();
  return {
    stop: () => {
      stopped = true;
      forget();
    },
  };
}
