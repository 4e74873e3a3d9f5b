import { refuse } from './errors.ts';

/** The ship-from addresses of every account. */
export const WAREHOUSES = [
  warehouse(51001, 'Austin', '900 Mesquite Avenue', 'Austin', 'TX', '78702', true),
  warehouse(51002, 'Reno', '31 Sagebrush Court', 'Reno', 'NV', '89502', false),
];

/** The stores of every account. Orders without a store are put into the first manual one. */
export const STORES = [
  store(77001, 'Manual orders', 0, 'ShipStation'),
  store(77002, 'Bridge', 0, 'ShipStation'),
  store(77003, 'Web shop', 5, 'A shop'),
];
export const [DEFAULT_STORE] = STORES as [(typeof STORES)[number], ...typeof STORES];

/** Whether people and the API enter the orders of a store, not a marketplace. */
export function isManualStore(id: number): boolean {
  return STORES.some(({ storeId, marketplaceId }) => storeId === id && marketplaceId === 0);
}

interface Carrier {
  readonly code: string;
  readonly name: string;
  readonly serviceCode: string;
  readonly serviceName: string;
  /** The prefix of its tracking numbers and the count of digits after it. */
  readonly tracking: readonly [prefix: string, digits: number];
  readonly cost: number;
}

const UPS: Carrier = {
  code: 'ups_walleted',
  name: 'UPS',
  serviceCode: 'ups_ground',
  serviceName: 'UPS Ground',
  tracking: ['1Z', 16],
  cost: 8.42,
};
export const CARRIERS: readonly Carrier[] = [
  UPS,
  {
    code: 'stamps_com',
    name: 'USPS',
    serviceCode: 'usps_ground_advantage',
    serviceName: 'USPS Ground Advantage',
    tracking: ['9400', 18],
    cost: 5.95,
  },
];

/** @throws the API's refusal of a carrier that the account does not have */
export function listServices(carrierCode: string) {
  const own = CARRIERS.filter(({ code }) => code === carrierCode);
  if (own.length === 0) throw refuse(`The carrier ${carrierCode} is not connected.`);
  return own.map(({ serviceCode: code, serviceName: name }) => {
    return { carrierCode, code, name, domestic: true, international: false };
  });
}

/** UPS for no code or an unknown one. */
export function carrierFor(code: string | null | undefined): Carrier {
  return CARRIERS.find((carrier) => carrier.code === code) ?? UPS;
}

function store(storeId: number, storeName: string, marketplaceId: number, marketplaceName: string) {
  return {
    storeId,
    storeName,
    marketplaceId,
    marketplaceName,
    accountName: null,
    active: true,
    autoRefresh: marketplaceId !== 0,
    statusMappings: null,
  };
}

function warehouse(
  warehouseId: number,
  warehouseName: string,
  street1: string,
  city: string,
  state: string,
  postalCode: string,
  isDefault: boolean,
) {
  const originAddress = {
    name: warehouseName,
    company: null,
    street1,
    street2: null,
    street3: null,
    city,
    state,
    postalCode,
    country: 'US',
    phone: '512-555-0100',
    residential: null,
  };
  const createDate = '2025-11-02T10:00:00.0000000';
  return { warehouseId, warehouseName, originAddress, returnAddress: originAddress, createDate, isDefault };
}
