export { RejectedPage, readPage, type StatusLists } from './import-orders.ts';
export { providerSandbox, StoreStaff } from './provider-sandbox.ts';
export {
  type ShipStationStoreSandbox,
  type ShipStationStoreSandboxOptions,
  startShipStationStoreSandbox,
} from './server.ts';
export type { ImportRow, NoticeRow, OrderRow, StoreState } from './state.ts';
