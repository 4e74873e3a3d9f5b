import type { CreditNoteToWrite, InvoiceToWrite } from '../domain/confirmation/invoice.ts';
import type { PackedGoods, PickedGoods, ShippedBox } from '../domain/confirmation/packing.ts';
import type { StockDocument } from '../domain/ports/stock.ts';
import type { ProductKind } from '../domain/sale/catalogue.ts';
import type { KitPart } from '../domain/sale/kit-quantity.ts';
import type { Sale, SaleFulfilment } from '../domain/sale/sale.ts';
import { parseBody } from '../upstream/body.ts';
import type { UpstreamOptions } from '../upstream/client.ts';
import { createInvoiceCall, draftCreditNoteCall } from './billing-writes.ts';
import { type DearCall, toAttempt } from './call.ts';
import { requireBill, requireStage } from './check-write.ts';
import {
  autoPickCall,
  correctTracking,
  createFulfilmentCall,
  packCall,
  pickCall,
  shipCall,
} from './fulfilment-writes.ts';
import { readList, readTolerantly } from './list.ts';
import { fromDearFulfilment, fromDearSale } from './mapper.ts';
import { kindOfProduct, kindsOnPage, partsOfKit } from './products.ts';
import { type Location, listLocations } from './reference.ts';
import { type AdditionalAttribute, setAdditionalAttribute } from './sale-header.ts';
import { fulfilmentsSchema, saleListSchema, saleSchema } from './schemas.ts';
import { openStockTakes } from './stock-take.ts';
import { type DearSettings, DearTransport } from './transport.ts';

export interface DearOptions extends UpstreamOptions {
  /** `DefaultWeightUnits` of the account; without it a weight without units is unknown. */
  readonly defaultWeightUnits?: string;
}

/**
 * DEAR's External API v2, as far as the bridge needs it. Every method throws only the classes of `domain/errors.ts`;
 * `reference` names the order in them and changes nothing else. A write that DEAR answers with success but does not show is a
 * `NotDone`. One client keeps one pool of connections: make one per
 * process.
 */
export class DearClient {
  /** For the parts of the API that are not about sales. */
  readonly transport: DearTransport;
  readonly #defaultWeightUnits: string;

  constructor(settings: DearSettings, options: DearOptions = {}) {
    this.transport = new DearTransport(settings, options);
    this.#defaultWeightUnits = options.defaultWeightUnits ?? '';
  }

  /**
   * What of the sale cannot be read is named in its `unreadable`.
   * @throws {Rejected} DEAR knows no such sale
   */
  async readSale(saleId: string, reference = saleId): Promise<Sale> {
    const query = { ID: saleId, HideInventoryMovements: 'true', CountryFormat: 'Code2' };
    const call: DearCall = { operation: 'read sale', method: 'GET', path: 'sale', query, reference };
    const answer = fillId(await this.transport.send(call), saleId);
    const { data, unreadable } = readTolerantly(saleSchema, answer);
    return fromDearSale(
      data ?? parseBody(saleSchema, answer, toAttempt(call)),
      this.#defaultWeightUnits,
      unreadable,
    );
  }

  /** Whether the product is a service, at one call; undefined where DEAR has none of that id. */
  kindOfProduct(productId: string): Promise<ProductKind | undefined> {
    return kindOfProduct(this, productId);
  }

  /** What goes into one of the product by its bill of materials, at one call; none where it has none. */
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

  /**
   * The id of the sale whose order number equals `orderNumber` exactly, or null after a look at every candidate. DEAR has
   * no look-up by order number: its search matches parts of numbers, references and customers' names alike.
   */
  async findSaleId(orderNumber: string): Promise<string | null> {
    // A quote has no order number yet: nothing would match the first one.
    if (orderNumber === '') return null;
    const call: DearCall = {
      operation: 'find sale by order number',
      method: 'GET',
      path: 'saleList',
      query: { Search: orderNumber },
      reference: orderNumber,
    };
    for await (const rows of readList(this, call, saleListSchema)) {
      const exact = rows.find((row) => row.OrderNumber === orderNumber);
      if (exact !== undefined) return exact.SaleID;
    }
    return null;
  }

  /**
   * Adds a fulfilment and returns all of the sale's; the new one is the one whose task id was not there before. Turns a
   * simple sale into an advanced one for good (per DEAR's blueprint).
   * @throws {Rejected} the order is not authorised, or another fulfilment's pick is not
   */
  async createFulfilment(saleId: string, reference = saleId): Promise<SaleFulfilment[]> {
    const call = createFulfilmentCall(saleId, reference);
    const answer = await this.transport.send(call, fulfilmentsSchema);
    return answer.Fulfilments.map(fromDearFulfilment);
  }

  /** @throws {Rejected} the pick is authorised already, the order is not, or the stock is not there */
  async authorisePick(taskId: string, lines: readonly PickedGoods[], reference = taskId): Promise<void> {
    const call = pickCall(taskId, lines, reference);
    requireStage(call, await this.transport.send(call), 'AUTHORISED');
  }

  /**
   * Picks all that the order has allocated, from wherever DEAR allocated it, and authorises the pick. Per DEAR's blueprint;
   * nobody has shown it at work.
   * @throws {Rejected} the pick is authorised already, the order is not, or nothing is allocated
   */
  async autoPick(taskId: string, reference = taskId): Promise<void> {
    const call = autoPickCall(taskId, reference);
    requireStage(call, await this.transport.send(call), 'AUTHORISED');
  }

  /**
   * @param lines the full set, sent once
   * @throws {Rejected} the pack is authorised already, or the pick is not
   */
  async authorisePack(taskId: string, lines: readonly PackedGoods[], reference = taskId): Promise<void> {
    const call = packCall(taskId, lines, reference);
    requireStage(call, await this.transport.send(call), 'AUTHORISED');
  }

  /**
   * @param lines one for each box of the pack
   * @param replacesDraft whether DEAR holds lines of a draft, which these take the place of
   * @throws {Rejected} the shipment is authorised already, the pack is not, the location is one of DEAR's own external
   *   fulfillment (see `isOwnedByBuiltInIntegration`), or a box has more tracking than DEAR can hold
   */
  async authoriseShip(
    taskId: string,
    lines: readonly ShippedBox[],
    reference = taskId,
    replacesDraft = false,
  ): Promise<void> {
    const call = shipCall(taskId, lines, 'AUTHORISED', reference, replacesDraft);
    requireStage(call, await this.transport.send(call), 'AUTHORISED');
  }

  /** Every stock take that is in progress, of any location: while it is, DEAR's help says, its location is locked. */
  async openStockTakes(): Promise<StockDocument[]> {
    return await openStockTakes(this);
  }

  /** As `authoriseShip`, but for a person to check and authorise. Its boxes are marked as shipped all the same. */
  async draftShip(
    taskId: string,
    lines: readonly ShippedBox[],
    reference = taskId,
    replacesDraft = false,
  ): Promise<void> {
    const call = shipCall(taskId, lines, 'DRAFT', reference, replacesDraft);
    requireStage(call, await this.transport.send(call), 'DRAFT');
  }

  /**
   * Corrects carrier and tracking numbers of a shipment that is authorised.
   * @param lines all boxes, changed or not
   * @throws {Rejected} DEAR does not take them, or does not show them afterwards; or a box has more tracking than it can hold
   */
  async addTrackingNumbers(taskId: string, lines: readonly ShippedBox[], reference = taskId): Promise<void> {
    await correctTracking(this, taskId, lines, reference);
  }

  /**
   * Bills exactly the lines and charges given. Without a task id every call makes another invoice.
   * @throws {Rejected} the order is not authorised, or that invoice is neither a draft nor unbegun
   */
  async createInvoice(invoice: InvoiceToWrite, reference = invoice.saleId): Promise<void> {
    const call = createInvoiceCall(invoice, reference);
    requireBill(call, await this.transport.send(call), invoice.memo, [invoice.status, 'PAID']);
  }

  /**
   * Makes a credit note for a person to check and authorise. Every call makes another one.
   * @throws {Rejected} the invoice is neither authorised nor paid
   */
  async draftCreditNote(note: CreditNoteToWrite, reference = note.saleId): Promise<void> {
    const call = draftCreditNoteCall(note, reference);
    requireBill(call, await this.transport.send(call), note.memo, ['DRAFT']);
  }

  /**
   * Sets one of a sale's additional attributes, in two calls; in one where it has the value already. DEAR can only replace
   * a whole header, so this reads it and writes it back: a change that somebody makes between the two calls is lost.
   * @param value '' empties it
   * @throws {Rejected} the value is too long, DEAR knows no such sale, or does not take its header back as it gave it: it
   *   requires a street and a country, which an address may be shown without
   * @throws {UnexpectedAnswer} the sale does not say whether its prices include tax
   */
  async setAdditionalAttribute(
    saleId: string,
    attribute: AdditionalAttribute,
    value: string,
    reference = saleId,
  ): Promise<void> {
    await setAdditionalAttribute(this.transport, saleId, attribute, value, reference);
  }

  /** Lets calls under way end, then closes every connection. */
  async close(): Promise<void> {
    await this.transport.close();
  }
}

/** The sale that was asked for is known, whatever DEAR makes of its id. */
function fillId(answer: unknown, saleId: string): unknown {
  const isSale = typeof answer === 'object' && answer !== null && 'Order' in answer;
  return isSale && (!('ID' in answer) || typeof answer.ID !== 'string') ? { ...answer, ID: saleId } : answer;
}
