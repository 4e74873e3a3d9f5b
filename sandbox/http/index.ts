export { providerSandbox, WarehouseStaff } from './provider-sandbox.ts';
export { startWarehouseSandbox } from './server.ts';
