import type { ItemOption } from '../../domain/order/item-options.ts';

/** The parts of ShipStation's create-shipment request that we fill, spelt as on the wire. */
export interface ShipmentRequest {
  readonly validate_address: 'no_validation';
  readonly external_shipment_id: string;
  readonly external_order_id: string;
  readonly shipment_number: string;
  readonly create_sales_order: true;
  readonly warehouse_id: string;
  readonly store_id?: string;
  readonly requested_shipment_service?: string;
  readonly ship_by_date?: string;
  readonly ship_to: AddressRequest;
  readonly notes_from_buyer?: string;
  readonly internal_notes: string;
  readonly is_gift: boolean;
  readonly notes_for_gift?: string;
  readonly amount_paid?: MoneyRequest;
  readonly tax_paid?: MoneyRequest;
  readonly advanced_options: Readonly<Record<`custom_field${1 | 2 | 3}`, string>>;
  readonly tags?: ReadonlyArray<{ readonly name: string }>;
  readonly items: readonly ItemRequest[];
  readonly packages: readonly PackageRequest[];
}

export interface PackageRequest {
  readonly weight: WeightRequest;
  readonly dimensions?: {
    readonly unit: 'centimeter';
    readonly length: number;
    readonly width: number;
    readonly height: number;
  };
}

export interface AddressRequest {
  readonly name: string;
  readonly phone: string;
  readonly email?: string;
  readonly company_name?: string;
  readonly address_line1: string;
  readonly address_line2?: string;
  readonly city_locality: string;
  readonly state_province: string;
  readonly postal_code: string;
  readonly country_code: string;
  readonly address_residential_indicator: 'unknown';
}

export interface ItemRequest {
  readonly external_order_id: string;
  readonly external_order_item_id: string;
  readonly name: string;
  readonly sku?: string;
  readonly quantity: number;
  readonly unit_price: number;
  readonly tax_amount?: number;
  readonly weight?: WeightRequest;
  readonly image_url?: string;
  readonly inventory_location?: string;
  readonly options?: readonly ItemOption[];
}

export interface MoneyRequest {
  readonly currency: string;
  readonly amount: number;
}

export interface WeightRequest {
  readonly value: number;
  readonly unit: 'gram';
}
