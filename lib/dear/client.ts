import type { CreditNoteToWrite, InvoiceToWrite } from '../domain/confirmation/billing.ts';
import type { PackedGoods, PickedGoods, ShippedBox } from '../domain/confirmation/packing.ts';
import type { SaleAttachment } from '../domain/ports/labels.ts';
import type { StockDocument } from '../domain/ports/stock.ts';
import type { KitPart, ProductKind } from '../domain/sale/catalogue.ts';
import type { Sale, SaleFulfilment } from '../domain/sale/sale.ts';
import { parseBody } from '../upstream/body.ts';
import { attachFile, listAttachments, removeAttachment } from './attachments.ts';
import { requireBill, requireStage } from './check-write.ts';
import { readTolerantly } from './list.ts';
import { fromDearFulfilment, fromDearSale } from './mapper.ts';
import { READ_SALE } from './operations.ts';
import { kindOfProduct, kindsOnPage, partsOfKit } from './products.ts';
import { type Location, listLocations } from './reference.ts';
import { type AdditionalAttribute, setAdditionalAttribute } from './sale-header.ts';
import { findSaleId } from './sale-list.ts';
import {
  autoPickCall,
  correctTracking,
  createFulfilmentCall,
  createInvoiceCall,
  draftCreditNoteCall,
  packCall,
  pickCall,
  shipCall,
} from './sale-writes.ts';
import { fulfilmentsSchema, saleSchema } from './schemas.ts';
import { openStockTakes } from './stock-take.ts';
import { type DearCall, type DearOptions, type DearSettings, DearTransport, toAttempt } from './transport.ts';

/**
 * DEAR's External API v2, as far as the bridge needs it. Every method throws only the classes of `domain/errors.ts`;
 * `reference` names the order in them and has no other effect. A write that DEAR answers with success but does not show is a
 * `NotDone`. A client holds a pool of connections: make one per process.
 */
export class DearClient {
  /** For the functions of single resources, such as `products.ts`. */
  readonly transport: DearTransport;
  readonly #settings: DearSettings;
  readonly #options: DearOptions;

  constructor(settings: DearSettings, options: DearOptions = {}, transport?: DearTransport) {
    this.transport = transport ?? DearTransport.open(settings, options);
    this.#settings = settings;
    this.#options = options;
  }

  /**
   * The same client, whose writes are about one connection: the only one that may write for it while any connection is in
   * shadow mode.
   */
  writingFor(connection: string): DearClient {
    const { mayWrite = async () => {} } = this.#options;
    const transport = this.transport.with(() => mayWrite(connection));
    return new DearClient(this.#settings, this.#options, transport);
  }

  /**
   * Fields that cannot be read are named in the sale's `unreadable`.
   * @throws {Rejected} DEAR has no such sale
   */
  async readSale(saleId: string, reference = saleId): Promise<Sale> {
    const query = { ID: saleId, HideInventoryMovements: 'true', CountryFormat: 'Code2' };
    const call: DearCall = { operation: READ_SALE, method: 'GET', path: 'sale', query, reference };
    const answer = fillId(await this.transport.send(call), saleId);
    const { data, unreadable } = readTolerantly(saleSchema, answer);
    const sale = data ?? parseBody(saleSchema, answer, toAttempt(call));
    return fromDearSale(sale, this.#options.defaultWeightUnits ?? '', unreadable);
  }

  /** The id of the sale whose order number equals `orderNumber` exactly, or null. */
  findSaleId(orderNumber: string): Promise<string | null> {
    return findSaleId(this, orderNumber);
  }

  /**
   * Sets one of a sale's additional attributes, in two calls; in one where it has the value already. DEAR can only replace
   * a whole header, so this reads it and writes it back: a change that a person makes between the two calls is lost.
   * @param value '' empties it
   * @throws {Rejected} the value is too long, DEAR has no such sale, or refuses its header as it returned it: it requires a
   *   street and a country, which an address may lack when read
   * @throws {UnexpectedAnswer} the sale does not say whether its prices include tax
   */
  setAdditionalAttribute(
    saleId: string,
    attribute: AdditionalAttribute,
    value: string,
    reference = saleId,
  ): Promise<void> {
    return setAdditionalAttribute(this.transport, saleId, attribute, value, reference);
  }

  /**
   * Adds a fulfilment and returns all of the sale's; the new one is the one whose task id was not there before. Turns a
   * simple sale into an advanced one permanently (per DEAR's blueprint).
   * @throws {Rejected} the order is not authorised, or another fulfilment's pick is not
   */
  async createFulfilment(saleId: string, reference = saleId): Promise<SaleFulfilment[]> {
    const answer = await this.transport.send(createFulfilmentCall(saleId, reference), fulfilmentsSchema);
    return answer.Fulfilments.map(fromDearFulfilment);
  }

  /** @throws {Rejected} the pick is authorised already, the order is not, or the stock is missing */
  authorisePick(taskId: string, lines: readonly PickedGoods[], reference = taskId): Promise<void> {
    return this.#writeStage(pickCall(taskId, lines, reference), 'AUTHORISED');
  }

  /**
   * Picks everything that is allocated to the order, wherever DEAR allocated it, and authorises the pick. Per DEAR's
   * blueprint; not seen live.
   * @throws {Rejected} the pick is authorised already, the order is not, or nothing is allocated
   */
  autoPick(taskId: string, reference = taskId): Promise<void> {
    return this.#writeStage(autoPickCall(taskId, reference), 'AUTHORISED');
  }

  /**
   * @param lines all lines of the pack, sent once
   * @param replacesDraft whether DEAR has lines of a draft, which these replace
   * @throws {Rejected} the pack is authorised already, or the pick is not
   */
  authorisePack(
    taskId: string,
    lines: readonly PackedGoods[],
    reference = taskId,
    replacesDraft = false,
  ): Promise<void> {
    return this.#writeStage(packCall(taskId, lines, reference, replacesDraft), 'AUTHORISED');
  }

  /**
   * @param lines one for each box of the pack
   * @param replacesDraft whether DEAR has lines of a draft, which these replace
   * @throws {Rejected} the shipment is authorised already, the pack is not, the location belongs to one of DEAR's own external
   *   fulfillment integrations (see `isOwnedByBuiltInIntegration`), or a box has more tracking numbers than DEAR can hold
   */
  async authoriseShip(
    taskId: string,
    lines: readonly ShippedBox[],
    reference = taskId,
    replacesDraft = false,
  ): Promise<void> {
    await this.#writeStage(shipCall(taskId, lines, 'AUTHORISED', reference, replacesDraft), 'AUTHORISED');
  }

  /** As `authoriseShip`, but leaves the shipment for a person to check and authorise. Its boxes are marked as shipped too. */
  async draftShip(
    taskId: string,
    lines: readonly ShippedBox[],
    reference = taskId,
    replacesDraft = false,
  ): Promise<void> {
    await this.#writeStage(shipCall(taskId, lines, 'DRAFT', reference, replacesDraft), 'DRAFT');
  }

  /**
   * Corrects carrier and tracking numbers of an authorised shipment.
   * @param lines all boxes, changed or not
   * @throws {Rejected} DEAR refuses them, or a box has more than DEAR can hold
   */
  addTrackingNumbers(taskId: string, lines: readonly ShippedBox[], reference = taskId): Promise<void> {
    return correctTracking(this, taskId, lines, reference);
  }

  /**
   * Invoices exactly the given lines and charges. Without a task id every call creates another invoice.
   * @throws {Rejected} the order is not authorised, or the invoice is neither a draft nor not begun
   */
  async createInvoice(invoice: InvoiceToWrite, reference = invoice.saleId): Promise<void> {
    const call = createInvoiceCall(invoice, reference);
    requireBill(call, await this.transport.send(call), invoice.memo, [invoice.status, 'PAID']);
  }

  /**
   * Drafts a credit note for a person to check and authorise. Every call creates another one.
   * @throws {Rejected} the invoice is neither authorised nor paid
   */
  async draftCreditNote(note: CreditNoteToWrite, reference = note.saleId): Promise<void> {
    const call = draftCreditNoteCall(note, reference);
    requireBill(call, await this.transport.send(call), note.memo, ['DRAFT']);
  }

  /** See `attachments.ts`. */
  listAttachments(saleId: string, reference = saleId): Promise<SaleAttachment[]> {
    return listAttachments(this.transport, saleId, reference);
  }

  /** See `attachFile` in `attachments.ts`. */
  attachFile(saleId: string, fileName: string, content: Uint8Array, reference = saleId): Promise<void> {
    return attachFile(this.transport, saleId, fileName, content, reference);
  }

  /** See `removeAttachment` in `attachments.ts`. */
  removeAttachment(id: string, reference = id): Promise<void> {
    return removeAttachment(this.transport, id, reference);
  }

  /** See `kindOfProduct` in `products.ts`. */
  kindOfProduct(productId: string): Promise<ProductKind | undefined> {
    return kindOfProduct(this, productId);
  }

  /** See `partsOfKit` in `products.ts`. */
  partsOfKit(productId: string): Promise<KitPart[]> {
    return partsOfKit(this, productId);
  }

  /** A thousand products of the list, by id. @param page from 1 */
  kindsOnPage(page: number): ReturnType<typeof kindsOnPage> {
    return kindsOnPage(this, page);
  }

  /** Every warehouse and, as a row of its own with a `parentId`, every bin. */
  listLocations(): Promise<Location[]> {
    return listLocations(this);
  }

  /** Every stock take in progress, at any location. DEAR's help says that an open stock take locks its location. */
  openStockTakes(): Promise<StockDocument[]> {
    return openStockTakes(this);
  }

  /** Lets calls under way end, then closes every connection. */
  close(): Promise<void> {
    return this.transport.close();
  }

  async #writeStage(call: DearCall, status: 'AUTHORISED' | 'DRAFT'): Promise<void> {
    requireStage(call, await this.transport.send(call), status);
  }
}

/** Sets the id where DEAR left it out or changed its type: it is the id of the request. */
function fillId(answer: unknown, saleId: string): unknown {
  const isSale = typeof answer === 'object' && answer !== null && 'Order' in answer;
  return isSale && (!('ID' in answer) || typeof answer.ID !== 'string') ? { ...answer, ID: saleId } : answer;
}
