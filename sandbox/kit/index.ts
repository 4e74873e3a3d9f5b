export type { ApiCall } from './call-log.ts';
export { runWhenDue } from './due-work.ts';
export type {
  ProviderSandbox,
  ProviderSandboxOptions,
  RunningProviderSandbox,
  SandboxConnection,
  ShippedPart,
  Staff,
  StaffGoods,
  StaffOrder,
  StaffParcel,
} from './provider-sandbox.ts';
export { requestJson } from './request-json.ts';
export { fileStorage, memoryStorage, openStateStore, type SandboxStorage } from './store.ts';
export { findUnprintable } from './text.ts';
export { manualTimeline, realTimeline, type Timeline } from './timeline.ts';
