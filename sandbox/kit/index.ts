export type { ApiCall } from './call-log.ts';
export { runWhenDue } from './due-work.ts';
export type {
  ProviderSandbox,
  ProviderSandboxOptions,
  RunningProviderSandbox,
  SandboxConnection,
  Staff,
  StaffOrder,
} from './provider-sandbox.ts';
export { requestJson } from './request-json.ts';
export { fileStorage, memoryStorage, openStateStore, type SandboxStorage } from './store.ts';
export { findUnprintable } from './text.ts';
export { manualTimeline, realTimeline, type Timeline } from './timeline.ts';
