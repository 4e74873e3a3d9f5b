import type { Settings } from '../../settings/schema.ts';
import type { AlarmDefinition } from './alarm.ts';
import { FLOW } from './flow.ts';
import { FUNCTIONS } from './functions.ts';
import { heartbeats } from './heartbeats.ts';
import { INGRESS } from './ingress.ts';
import { SERVICE_LEVELS } from './service-levels.ts';

/** Every alarm, the promises first. Each has a section of its id in `docs/runbook.md`. */
export function alarmCatalogue(settings: Pick<Settings, 'connections' | 'dear'>): AlarmDefinition[] {
  return [...SERVICE_LEVELS, ...heartbeats(settings), ...INGRESS, ...FLOW, ...FUNCTIONS];
}
