export { STORES, WAREHOUSES } from './account.ts';
export { providerSandbox } from './provider-sandbox.ts';
export {
  type ShipStationV1Sandbox,
  type ShipStationV1SandboxOptions,
  startShipStationV1Sandbox,
} from './server.ts';
