export type { ApiCall } from './call-log.ts';
export { fileStorage, memoryStorage, openStateStore, type SandboxStorage } from './store.ts';
export { findUnprintable } from './text.ts';
export { manualTimeline, realTimeline, type Timeline } from './timeline.ts';
