/** The warehouses of every account. */
export const WAREHOUSES = [
  warehouse('se-1001', 'Austin', '900 Mesquite Avenue', 'Austin', 'TX', '78702', true),
  warehouse('se-1002', 'Reno', '31 Sagebrush Court', 'Reno', 'NV', '89502', false),
];

export function warehouseById(id: string): (typeof WAREHOUSES)[number] | undefined {
  return WAREHOUSES.find(({ warehouse_id }) => warehouse_id === id);
}

export function isWarehouse(id: string): boolean {
  return warehouseById(id) !== undefined;
}

export interface Service {
  readonly code: string;
  readonly domestic: boolean;
  readonly days: number | null;
  readonly maxKilograms: number;
  /** US dollars: of any parcel, of each kilogram, and of each zone. */
  readonly price: readonly [base: number, perKilogram: number, perZone: number];
  /** US dollars for fuel and the like. */
  readonly surcharge: number;
}

export interface Carrier {
  readonly carrier_id: string;
  readonly carrier_code: string;
  readonly service_code: string;
  /** The prefix of its tracking numbers and the count of digits after it. */
  readonly tracking: readonly [prefix: string, digits: number];
  /** US dollars: of any parcel, and of each kilogram. */
  readonly price: readonly [base: number, perKilogram: number];
  readonly name: string;
  /** What it offers when it is asked for rates. */
  readonly services: readonly Service[];
}

const UPS: Carrier = {
  carrier_id: 'se-2001',
  carrier_code: 'ups_walleted',
  service_code: 'ups_ground',
  tracking: ['1Z', 16],
  price: [7.1, 0.85],
  name: 'UPS',
  services: [
    service('ups_ground', 4, 68, [7.1, 0.85, 0.6], 1.15),
    service('ups_next_day_air', 1, 68, [31.4, 3.2, 2.4], 4.9),
    { ...service('ups_worldwide_saver', null, 68, [52, 6.3, 0], 8.2), domestic: false },
  ],
};

export const CARRIERS: readonly Carrier[] = [
  UPS,
  {
    carrier_id: 'se-2002',
    carrier_code: 'stamps_com',
    service_code: 'usps_ground_advantage',
    tracking: ['9400', 18],
    price: [4.35, 1.6],
    name: 'Stamps.com',
    services: [
      service('usps_ground_advantage', 5, 31, [4.35, 1.6, 0.4], 0),
      service('usps_priority_mail', 3, 31, [7.9, 2.1, 0.7], 0),
      { ...service('usps_first_class_mail_international', null, 2, [14.8, 9.4, 0], 0), domestic: false },
    ],
  },
  {
    carrier_id: 'se-2003',
    carrier_code: 'fedex_walleted',
    service_code: 'fedex_2day',
    tracking: ['77', 10],
    price: [14.2, 1.9],
    name: 'FedEx',
    services: [service('fedex_2day', 2, 68, [14.2, 1.9, 1.1], 2.3)],
  },
];

function service(
  code: string,
  days: number | null,
  maxKilograms: number,
  price: Service['price'],
  surcharge: number,
): Service {
  return { code, domestic: true, days, maxKilograms, price, surcharge };
}

/** The carrier of that code or id; UPS for none or an unknown one. */
export function carrierFor(asked: {
  carrier_code?: string | undefined;
  carrier_id?: string | undefined;
}): Carrier {
  const { carrier_code, carrier_id } = asked;
  return CARRIERS.find((it) => it.carrier_code === carrier_code || it.carrier_id === carrier_id) ?? UPS;
}

export function trackingNumber({ tracking: [prefix, digits] }: Carrier, serial: number): string {
  return `${prefix}${String(serial).padStart(digits, '0')}`;
}

function warehouse(
  id: string,
  name: string,
  street: string,
  city: string,
  state: string,
  postcode: string,
  isDefault: boolean,
) {
  const address = {
    name: `${name} warehouse`,
    phone: '512-555-0100',
    address_line1: street,
    city_locality: city,
    state_province: state,
    postal_code: postcode,
    country_code: 'US',
    address_residential_indicator: 'no' as const,
  };
  return { warehouse_id: id, name, is_default: isDefault, origin_address: address, return_address: address };
}
