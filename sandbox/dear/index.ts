export { inForm, WEBHOOK_FORMS } from './behaviour.ts';
export type { DearCall } from './call.ts';
export { seedState } from './seed.ts';
export { parseSeed, SeedError } from './seed-file.ts';
export { type DearSandbox, type DearSandboxOptions, startDearSandbox } from './server.ts';
export type { DearState } from './state.ts';
export type { DeliveryRecord } from './webhook-records.ts';
