export { WAREHOUSES } from './catalogue.ts';
export type { InventoryLevelRow } from './inventory-lists.ts';
export type { OpeningStock } from './inventory-rules.ts';
export { providerSandbox, ShipStationStaff } from './provider-sandbox.ts';
export {
  type ShipStationSandbox,
  type ShipStationSandboxOptions,
  startShipStationSandbox,
} from './server.ts';
export { replaceRequest, shipmentRequest } from './shipment-request.ts';
export type { FulfillmentRow, LabelRow, ShipmentRow, ShipStationState, WebhookRow } from './state.ts';
export { newSigningKey, publicKeys, signatureHeaders } from './webhooks.ts';
