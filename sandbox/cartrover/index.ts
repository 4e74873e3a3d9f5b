export { CartRoverStaff, providerSandbox } from './provider-sandbox.ts';
export { type CartRoverSandbox, type CartRoverSandboxOptions, startCartRoverSandbox } from './server.ts';
export type { OrderRecord, SandboxSettings } from './state.ts';
