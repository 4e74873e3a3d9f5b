export { ExtensivStaff, providerSandbox } from './provider-sandbox.ts';
export { type ExtensivSandbox, type ExtensivSandboxOptions, startExtensivSandbox } from './server.ts';
export type { OrderRecord, SandboxSettings } from './state.ts';
