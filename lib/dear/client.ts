import { Rejected } from '../domain/errors.ts';
import type { Sale, SaleFulfilment } from '../domain/sale.ts';
import { type DearCall, detailsOf } from './call.ts';
import { fromDearFulfilment, fromDearSale } from './mapper.ts';
import { readPages } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';
import { fulfilmentsSchema, saleListSchema, saleSchema } from './schemas.ts';
import { type DearSettings, DearTransport, type TransportOptions } from './transport.ts';
import {
  boxesWithTooMuchTracking,
  LONGEST_TRACKING_TEXT,
  type PackLine,
  type PickLine,
  type ShipLineToWrite,
  toDearPack,
  toDearPick,
  toDearShip,
  toDearTrackingNumbers,
} from './writes.ts';

export interface DearOptions extends TransportOptions {
  /** `DefaultWeightUnits` of the account; without it a weight without units is unknown. */
  readonly defaultWeightUnits?: string;
}

/**
 * DEAR's External API v2, as far as the bridge needs it. Every method throws only the classes of `domain/errors.ts`;
 * `reference` names the order in them and changes nothing else. One client keeps one pool of connections: make one per
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

  /** @throws {Rejected} DEAR knows no such sale */
  async readSale(saleId: string, reference = saleId): Promise<Sale> {
    const query = { ID: saleId, HideInventoryMovements: 'true', CountryFormat: 'Code2' };
    const call: DearCall = { operation: 'read sale', method: 'GET', path: 'sale', query, reference };
    return fromDearSale(
      parseAnswer(saleSchema, await this.transport.send(call), call),
      this.#defaultWeightUnits,
    );
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
      reference: orderNumber,
    };
    const readPage = async (page: number, limit: number) => {
      const query = { Search: orderNumber, Page: String(page), Limit: String(limit) };
      const list = parseAnswer(saleListSchema, await this.transport.send({ ...call, query }), call);
      return { total: list.Total, page: list.Page, rows: list.SaleList };
    };
    for await (const rows of readPages(readPage, call)) {
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
    const body = { SaleID: saleId };
    const call: DearCall = {
      operation: 'create fulfilment',
      method: 'POST',
      path: 'sale/fulfilment',
      body,
      reference,
    };
    const answer = parseAnswer(fulfilmentsSchema, await this.transport.send(call), call);
    return answer.Fulfilments.map(fromDearFulfilment);
  }

  /** @throws {Rejected} the pick is authorised already, the order is not, or the stock is not there */
  async authorisePick(taskId: string, lines: readonly PickLine[], reference = taskId): Promise<void> {
    const body = toDearPick(taskId, lines);
    const path = 'sale/fulfilment/pick';
    await this.transport.send({ operation: 'authorise pick', method: 'POST', path, body, reference });
  }

  /**
   * @param lines the full set, sent once
   * @throws {Rejected} the pack is authorised already, or the pick is not
   */
  async authorisePack(taskId: string, lines: readonly PackLine[], reference = taskId): Promise<void> {
    const body = toDearPack(taskId, lines);
    const path = 'sale/fulfilment/pack';
    await this.transport.send({ operation: 'authorise pack', method: 'POST', path, body, reference });
  }

  /**
   * @param lines one for each box of the pack
   * @throws {Rejected} the shipment is authorised already, the pack is not, or a box has more tracking than DEAR can hold
   */
  async authoriseShip(taskId: string, lines: readonly ShipLineToWrite[], reference = taskId): Promise<void> {
    const body = toDearShip(taskId, lines);
    await this.#sendShip({ operation: 'authorise ship', method: 'POST', path: SHIP, body, reference }, lines);
  }

  /**
   * Corrects carrier and tracking numbers of a shipment that is authorised.
   * @param lines all boxes, changed or not
   * @throws {Rejected} DEAR does not take them, or a box has more tracking than DEAR can hold
   */
  async addTrackingNumbers(
    taskId: string,
    lines: readonly ShipLineToWrite[],
    reference = taskId,
  ): Promise<void> {
    const body = toDearTrackingNumbers(taskId, lines);
    await this.#sendShip(
      { operation: 'add tracking numbers', method: 'PUT', path: SHIP, body, reference },
      lines,
    );
  }

  /** Lets calls under way end, then closes every connection. */
  async close(): Promise<void> {
    await this.transport.close();
  }

  /** Refused here and not by DEAR, because what DEAR does with the excess is not known: a cut number is a wrong one. */
  async #sendShip(call: DearCall, lines: readonly ShipLineToWrite[]): Promise<void> {
    const boxes = boxesWithTooMuchTracking(lines);
    if (boxes.length > 0) {
      const words = `DEAR holds ${LONGEST_TRACKING_TEXT} characters of tracking numbers a box; too many for ${boxes.join(', ')}`;
      throw new Rejected(detailsOf(call, { words }));
    }
    await this.transport.send(call);
  }
}

const SHIP = 'sale/fulfilment/ship';
