export { inForm, WEBHOOK_FORMS } from './behaviour.ts';
export type { DearCall } from './call.ts';
export type { DeliveryRecord } from './records.ts';
export { seedState } from './seed.ts';
export { parseSeed, SeedError } from './seed-file.ts';
export { type DearSandbox, type DearSandboxOptions, startDearSandbox } from './server.ts';
export type { DearState } from './state.ts';
