/** What the rules need to know of a connection: one fulfillment service bound to one DEAR location. */
export interface Connection {
  /** Short, unique, used in addresses and secret names: `austin`. */
  readonly id: string;
  /** Name of the DEAR location it ships for. */
  readonly location: string;
  /** Which sales of its location it ships, where the location has several connections; none: those that no rule chooses. */
  readonly rules: readonly Rule[];
  /** `shadow`: everything is read and planned, and nothing is written, because another connector still ships the sales. */
  readonly mode: 'live' | 'shadow';
  /** How the connector that shipped the sales before numbers its orders at the service; null: there was none. */
  readonly replaces: ReplacedConnector | null;

  /** Which event in DEAR makes an order; its lines come from that stage. */
  readonly trigger: Trigger;
  readonly admission: Admission;
  /** SKUs of services, which are not shipped, with `*` for any text: DEAR's order lines do not say which products are services. */
  readonly serviceSkus: readonly string[];
  /** How a kit is ordered that DEAR has picked as its components. */
  readonly kits: 'components' | 'kit';
  /** `wait`: no order while a line is backordered. `ship-available`: order what is not. */
  readonly backorders: 'wait' | 'ship-available';
  /** `manual`: an order stays Queued until a person processes it. */
  readonly release: 'automatic' | 'manual';
  /** On Hold until DEAR says that the sale is paid. */
  readonly holdUntilPaid: boolean;
  /** The sale with which the connection is tested. `send`: its orders reach the service, and are cancelled there. */
  readonly testSale: { readonly number: string; readonly send: boolean };
  /** DEAR's shipping method → the provider's service; null: every method is passed on as it is. */
  readonly shippingMethods: ShippingMethods | null;

  /** `wait`: confirmed to DEAR once everything has left. `convert`: a fulfilment of an advanced sale for each shipment. */
  readonly partialShipments: 'wait' | 'convert';
  /** `auto`: DEAR picks from its own allocation, not what left. */
  readonly pick: 'explicit' | 'auto';
  readonly shipStage: 'AUTHORISED' | 'DRAFT';
  /** What is billed once DEAR shows a shipment: what left, and no more. */
  readonly invoice: 'none' | 'draft' | 'authorised';
  /** The provider's carrier or service → the carrier's name in DEAR; what is not named passes as it is. */
  readonly carriers: Readonly<Record<string, string>>;
  /** The provider's warehouse → the DEAR location that the goods then left from. */
  readonly warehouses: Readonly<Record<string, string>>;
  /** Products that the service counts in other units than DEAR does. */
  readonly units: Units;
  /** Days after which an order that left, without news of its arrival is assumed to be complete. */
  readonly estimatedArrivalDays: number;
  /** `AdditionalAttribute1` … `10` in which DEAR's staff see a short status; ''. */
  readonly statusAttribute: AttributeName | '';
  /** What happens to goods that a provider reports as returned. */
  readonly returns: 'log' | 'draft-credit-note';
  /** When a return begins: once its carrier has scanned it, or when its label is made. */
  readonly returnsBegin: 'scan' | 'label';
  /** Which labels are bought; null: none. */
  readonly shippingService: ShippingService | null;
  readonly inventory: InventoryPolicy;
  readonly catalogue: CataloguePolicy;
  /** Which of DEAR's fields carry what DEAR has no field of its own for. '' where none does. */
  readonly fields: ContentFields;
}

/** Chooses a connection of a location. All of its conditions have to hold; an empty one always does. */
export interface Rule {
  /** For people; ''. */
  readonly name: string;
  readonly salesChannels: readonly string[];
  /** Of the delivery address, ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
  readonly priceTiers: readonly string[];
  /** Names with `*` for any text. */
  readonly customers: readonly string[];
  /** Additional attribute → its values. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Of all goods of the sale: at least `from`, and less than `below`, if there is one. */
  readonly weightGrams: { readonly from: number; readonly below: number | null } | null;
  /** With `*` for any text. It chooses lines, so one sale may go to several connections. */
  readonly skus: readonly string[];
}

export interface ReplacedConnector {
  /** Its numbers of an order, each with `{sale}`, `{digits}` or `{customer}`; see `oldNumbers`. At least one. */
  readonly numbers: readonly string[];
}

export type Trigger = 'OrderAuthorised' | 'PickAuthorised' | 'PackAuthorised' | 'ShipmentAuthorised';
export type AttributeName = `AdditionalAttribute${number}`;

/** What happens to a difference between the provider's stock and DEAR's. */
export interface InventoryPolicy {
  /**
   * `report`: nothing is written. `stocktake`: a stock take in DEAR for a person to complete, or completed at once.
   * `adjust`: a stock adjustment of the lines that differ.
   */
  readonly mode: 'report' | 'stocktake' | 'adjust';
  readonly completeStocktake: 'by-hand' | 'automatic';
  /** Code of the DEAR account that differences are booked to; '' in mode `report`. */
  readonly account: string;
  /** Name of the price tier that gives a product's unit cost where DEAR knows no average cost; ''. */
  readonly unitCostTier: string;
  readonly guard: InventoryGuard;
}

/** What is done with the list of SKUs that the provider knows. */
interface CataloguePolicy {
  /** How often it is read: `1 day`; or `off`. */
  readonly every: string;
  /** An order with a SKU that is not on it waits for a person, or is sent and says so in its log. */
  readonly unknownSkus: 'hold' | 'pass';
}

/** A sync that would change more than this writes nothing, and says so. Shares between 0 and 1. */
export interface InventoryGuard {
  /** Of the lines that either side has. */
  readonly lines: number;
  /** Of the quantity on hand in DEAR. */
  readonly quantity: number;
}

/** Which sales may become orders. Checked once: an existing order is not withdrawn because it no longer fits. */
export interface Admission {
  /** DEAR's sale statuses, upper-case; none: any. */
  readonly saleStatuses: readonly string[];
  /** `yyyy-mm-dd`: sales with an earlier order date are left alone; ''. */
  readonly ordersFrom: string;
  /** Names of sales channels; none: any. */
  readonly salesChannels: readonly string[];
  /** Additional attribute → the values that qualify. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

interface ShippingMethods {
  readonly services: Readonly<Record<string, string>>;
  readonly unmapped: 'hold' | 'pass';
}

interface ContentFields {
  /** `AdditionalAttribute1` … `10`: any value but '', 0, no or false marks the sale as a gift. */
  readonly gift: string;
  readonly giftMessage: string;
  /** `ProductCustomField1` … `10` that holds an image's https address. */
  readonly image: string;
  /** Option name → `ProductCustomField1` … `10`. */
  readonly options: Readonly<Record<string, string>>;
}

/** So many of DEAR's units of a product are so many of the service's: 1 and 100 where DEAR counts metres and it centimetres. */
export interface UnitRatio {
  readonly dear: number;
  readonly provider: number;
}

/** SKU, with `*` for any text → how its units compare. */
export type Units = Readonly<
  Record<
    string,
    UnitRatio & {
      /** `yyyy-mm-dd`: the service's stock was corrected then for what had gone out in fractions before; ''. */
      readonly correctedOn: string;
    }
  >
>;

/** How a label is chosen where no person chooses. */
export type LabelRule = 'by-hand' | 'cheapest' | 'fastest' | 'mapped';

/** The settings of a connection that buys labels. */
export interface ShippingService {
  /** The connection whose provider sells the labels; '': its own. */
  readonly from: string;
  readonly buy: LabelRule;
  /** `cheapest` and `fastest` choose only what arrives within so many days; null: whatever its estimate. */
  readonly withinDays: number | null;
  /** Codes of the services that a rule may choose; none: any. */
  readonly services: readonly string[];
  /** `automatic`: rates are asked for as soon as the order is accepted. */
  readonly rates: 'on-request' | 'automatic';
  /** `AdditionalAttribute1` … `10` in which DEAR's staff see the rates; ''. */
  readonly ratesAttribute: `AdditionalAttribute${number}` | '';
  /** Whether the label's PDF is attached to the sale in DEAR. */
  readonly attachLabel: boolean;
}
