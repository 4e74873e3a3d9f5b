import { fullName, locationById, productById } from '../lookup.ts';
import type { DearState } from '../state.ts';
import { accountName, INVENTORY_ACCOUNT } from './reference-rules.ts';
import type {
  ExistingStockRecord,
  FoundStockRecord,
  StockAdjustmentRecord,
  StockRowRecord,
  StockTakeRecord,
} from './stock-records.ts';
import { productExtras } from './wire-reference.ts';

const NO_FILTERS = { Tags: [], PickZones: [], StockLocators: [], Categories: [], Brands: [], Bins: [] };
const FILTERS_IN_LIST = { Tags: '', PickZones: '', StockLocators: '', Categories: '', Brands: '', Bins: '' };

export function toWireStockTake(state: DearState, take: StockTakeRecord) {
  return {
    ...toWireHeader(take),
    ...toWireWarehouse(state, take),
    ...NO_FILTERS,
    NonZeroStockOnHandProducts: take.existing.map((row) => toWireExisting(state, row)),
    ZeroStockOnHandProducts: take.found.map((row) => toWireFound(state, row)),
    Transactions: toWireTransactions(take),
  };
}

/** A row of `GET /stockTakeList`. */
export function toWireStockTakeRow(state: DearState, take: StockTakeRecord) {
  return {
    ...toWireHeader(take),
    ...toWireWarehouse(state, take),
    ...FILTERS_IN_LIST,
    CreatedDate: take.createdAt,
    LastUpdatedDate: take.updatedAt,
    LastUpdatedBy: '',
  };
}

export function toWireAdjustment(state: DearState, adjustment: StockAdjustmentRecord) {
  return {
    ...toWireHeader(adjustment),
    ExistingStockLines: adjustment.existing.map((row) => toWireExisting(state, row)),
    NewStockLines: adjustment.found.map((row) => toWireFound(state, row)),
    Transactions: toWireTransactions(adjustment),
  };
}

/** A row of `GET /stockadjustmentList`. */
export function toWireHeader(document: StockTakeRecord | StockAdjustmentRecord) {
  return {
    TaskID: document.taskId,
    EffectiveDate: `${document.effectiveDate}T00:00:00`,
    StocktakeNumber: document.number,
    Status: document.status,
    Account: document.account,
    Reference: document.reference,
  };
}

function toWireWarehouse(state: DearState, { locationId }: StockTakeRecord) {
  return { LocationID: locationId, Location: locationById(state, locationId).name };
}

function toWireExisting(state: DearState, row: ExistingStockRecord) {
  return {
    ...toWireRow(state, row),
    QuantityOnHand: row.onHand,
    Available: row.available,
    Adjustment: row.adjustment,
  };
}

function toWireFound(state: DearState, row: FoundStockRecord) {
  return { ...toWireRow(state, row), Quantity: row.quantity, UnitCost: row.unitCost };
}

/** A bin's row names it as `Warehouse: Bin`: inferred from how DEAR names bins elsewhere. */
function toWireRow(state: DearState, row: StockRowRecord) {
  const product = productById(state, row.productId);
  return {
    ProductID: product.id,
    SKU: product.sku,
    ProductName: product.name,
    LocationID: row.locationId,
    Location: fullName(state, locationById(state, row.locationId)),
    BatchSN: row.batch || null,
    ExpiryDate: row.expiry === '' ? null : `${row.expiry}T00:00:00`,
    Comments: null,
    ...productExtras(product),
    Barcode: product.barcode,
    StockLocator: '',
    Unit: 'Item',
    CostingMethod: product.costingMethod,
  };
}

function toWireTransactions({
  taskId,
  worth,
  account,
  effectiveDate,
}: StockTakeRecord | StockAdjustmentRecord) {
  if (!worth) return [];
  const accounts = { Debit: INVENTORY_ACCOUNT, Credit: accountName(account) };
  return [{ ID: taskId, ...accounts, Amount: worth, EffectiveDate: `${effectiveDate}T00:00:00` }];
}
