import { round4 } from '../../kit/numbers.ts';
import { locationById, productById } from '../lookup.ts';
import type { Company, DearState, LocationRecord, ProductRecord } from '../state.ts';
import type { Availability } from './stock.ts';

export const TEN = Array.from({ length: 10 }, (_, index) => index + 1);

export function toWireCompany(company: Company) {
  return {
    Company: company.name,
    Currency: company.currency,
    TimeZone: company.timeZone,
    DefaultWeightUnits: company.weightUnits,
    DefaultDimensionsUnits: company.dimensionsUnits,
    LockDate: null,
    OpeningBalanceDate: null,
    TaxCalculationMethod: 'Total',
    DefaultSaleTaxRuleId: company.taxRuleId,
    DefaultSaleTaxRuleName: company.taxRule,
    MaximumDecimalPlacesInQuantity: 'N2',
    ApplyCustomerDiscountsAfterOtherDiscounts: false,
    DiscountRule: 'Discount',
    AutomaticallyApplyDiscounts: false,
    RoundingTable: [],
  };
}

/** A bin comes twice: as a row of its own and, with its id in upper case, inside its warehouse's `Bins`. */
export function toWireLocation(state: DearState, location: LocationRecord) {
  const bins = state.locations.filter(({ parentId }) => parentId === location.id);
  const parent = location.parentId === null ? null : locationById(state, location.parentId);
  return {
    ID: location.id,
    Name: location.name,
    IsDefault: location.isDefault,
    IsDeprecated: location.isDeprecated,
    Bins:
      bins.length === 0
        ? null
        : bins.map((bin) => ({
            ID: bin.id.toUpperCase(),
            Name: bin.name,
            IsDeprecated: bin.isDeprecated,
            IsStaging: false,
          })),
    FixedAssetsLocation: false,
    ParentID: location.parentId,
    ParentName: parent?.name ?? null,
    ReferenceCount: 0,
    AddressLine1: '',
    AddressLine2: '',
    AddressCitySuburb: '',
    AddressStateProvince: '',
    AddressZipPostCode: '',
    AddressCountry: '',
    PickZones: null,
    IsShopfloor: false,
    IsCoMan: false,
    IsStaging: false,
  };
}

/** The answer to a new location has fewer fields than the list. */
export function toWireNewLocation(location: LocationRecord) {
  return {
    ID: location.id,
    Name: location.name,
    IsDefault: location.isDefault,
    AllowReorder: false,
    Bins: [],
    PickZones: null,
    IsDeprecated: location.isDeprecated,
    IsShopfloor: false,
    IsCoMan: false,
    IsStaging: false,
  };
}

export function toWireProduct(product: ProductRecord) {
  const attributes = TEN.map((n) => [
    `AdditionalAttribute${n}`,
    product.customFields[`ProductCustomField${n}`] ?? '',
  ]);
  return {
    ID: product.id,
    SKU: product.sku,
    Name: product.name,
    Category: product.category,
    Brand: null,
    Type: product.type,
    CostingMethod: product.costingMethod,
    DropShipMode: 'Optional Drop Ship',
    DefaultLocation: null,
    Length: product.length,
    Width: product.width,
    Height: product.height,
    Weight: product.weight,
    UOM: product.unit ?? 'Item',
    WeightUnits: product.weightUnits,
    DimensionsUnits: product.dimensionsUnits,
    Barcode: product.barcode,
    ...priceTiers(product),
    AverageCost: product.averageCost,
    ShortDescription: '',
    Description: '',
    ...Object.fromEntries(attributes),
    Tags: '',
    Status: product.isDeprecated ? 'Deprecated' : 'Active',
    StockLocator: '',
    LastModifiedOn: product.updatedAt,
    Sellable: true,
    BillOfMaterial: product.components !== undefined,
    AutoAssembly: false,
  };
}

/** With its bill of materials. */
export function toWireProductWithBom(state: DearState, product: ProductRecord) {
  const parts = (product.components ?? []).map(({ productId, quantity }) => {
    const { sku, name } = productById(state, productId);
    const waste = { WastagePercent: 0, WastageQuantity: 0, CostPercentage: 0 };
    return { ComponentProductID: productId, ProductCode: sku, Name: name, Quantity: quantity, ...waste };
  });
  const bom = { BillOfMaterialsProducts: parts, BillOfMaterialsServices: [] };
  return { ...toWireProduct(product), QuantityToProduce: product.quantityToProduce ?? 1, ...bom };
}

/** Each price twice: under its tier's number and under the name that the account gave the tier. */
function priceTiers({ price, priceTiers: others }: ProductRecord) {
  const prices = TEN.map((n) => (n === 1 ? price : (others[`Tier ${n}`] ?? 0)));
  return {
    ...Object.fromEntries(prices.map((value, index) => [`PriceTier${index + 1}`, value])),
    PriceTiers: Object.fromEntries(prices.map((value, index) => [`Tier ${index + 1}`, value])),
  };
}

/** The product's fields that every object naming a product repeats. */
export function productExtras(product: ProductRecord) {
  const fields = TEN.map((n) => `ProductCustomField${n}`);
  return {
    ProductLength: product.length,
    ProductWidth: product.width,
    ProductHeight: product.height,
    ProductWeight: product.weight,
    WeightUnits: product.weightUnits,
    DimensionsUnits: product.dimensionsUnits,
    ...Object.fromEntries(fields.map((field) => [field, product.customFields[field] ?? null])),
  };
}

/** `StockOnHand` is a value in money, as seen live. */
export function availabilityRow(state: DearState, { stock, allocated, available }: Availability) {
  const product = productById(state, stock.productId);
  const place = locationById(state, stock.locationId);
  const warehouse = place.parentId === null ? place : locationById(state, place.parentId);
  return {
    ID: product.id,
    SKU: product.sku,
    Name: product.name,
    Barcode: product.barcode || null,
    Location: warehouse.name,
    Bin: place.parentId === null ? null : place.name,
    Batch: stock.batch || null,
    ExpiryDate: stock.expiry === '' ? null : `${stock.expiry}T00:00:00`,
    OnHand: stock.onHand,
    Allocated: allocated,
    Available: available,
    OnOrder: 0,
    StockOnHand: round4(stock.onHand * product.averageCost),
    InTransit: 0,
    NextDeliveryDate: null,
  };
}
