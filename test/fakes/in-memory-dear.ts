import type { CreditNoteToWrite, InvoiceToWrite } from '../../lib/domain/confirmation/billing.ts';
import type { PackedGoods, PickedGoods, ShippedBox } from '../../lib/domain/confirmation/packing.ts';
import { AmbiguousWrite, NotDone, Rejected, type UpstreamError } from '../../lib/domain/errors.ts';
import type { SaleAttachment } from '../../lib/domain/ports/labels.ts';
import type { ProductKind } from '../../lib/domain/sale/catalogue.ts';
import type { Sale, SaleFulfilment } from '../../lib/domain/sale/sale.ts';
import { fulfilment, stageLine, toStageLines } from '../builders/sale.ts';

type Stage = 'pick' | 'pack' | 'ship';
type Write = Stage | 'create-fulfilment' | 'invoice' | 'credit-note';
/** `ignored`: answered with success, and nothing done. `killed after`: done, and our process is gone. */
type Fault = 'lost before' | 'lost after' | 'ignored' | 'killed after' | UpstreamError;

/** One sale in DEAR, as strict about the order of its stages as DEAR is. Counts the calls that it costs. */
export class InMemoryDear {
  sale: Sale;
  /** Of its list of products: id → what it is. */
  readonly kinds = new Map<string, ProductKind>();
  pageSize = 1000;
  locations: Array<{ id: string; name: string; parentId: string | null }> = [];
  readonly calls: string[] = [];
  /** Stock takes that are in progress. */
  stockTakes: Array<{ number: string; reference: string; location: string }> = [];
  readonly #readFaults: UpstreamError[] = [];
  readonly #faults: Record<Write, Fault[]> = {
    pick: [],
    pack: [],
    ship: [],
    'create-fulfilment': [],
    invoice: [],
    'credit-note': [],
  };
  readonly invoices: InvoiceToWrite[] = [];
  /** Whether an invoice forgets which fulfilment it is of. */
  dropsLinks = false;
  readonly creditNotes: CreditNoteToWrite[] = [];
  /** Names of the files that are attached to the sale. */
  readonly attachments: string[] = [];

  constructor(sale: Sale) {
    this.sale = {
      ...sale,
      fulfilments: sale.fulfilments.length > 0 ? sale.fulfilments : this.#firstFulfilments(sale),
    };
  }

  /** The next reading of the sale fails with this. */
  failRead(fault: UpstreamError): void {
    this.#readFaults.push(fault);
  }

  /** The next writes of the stage fail with these, one each. */
  failWrites(stage: Write, ...faults: Fault[]): void {
    this.#faults[stage].push(...faults);
  }

  async listAttachments(): Promise<SaleAttachment[]> {
    return this.attachments.map((fileName, index) => ({ id: String(index), fileName }));
  }

  async attachFile(_saleId: string, fileName: string): Promise<void> {
    this.attachments.push(fileName);
  }

  async removeAttachment(id: string): Promise<void> {
    this.attachments.splice(Number(id), 1);
  }

  async readSale(saleId: string): Promise<Sale> {
    this.calls.push('read');
    const fault = this.#readFaults.shift();
    if (fault !== undefined) throw fault;
    if (saleId !== this.sale.id)
      throw new Rejected({ system: 'DEAR', operation: 'read sale', upstreamMessage: 'not found' });
    return structuredClone(this.sale);
  }

  async kindOfProduct(productId: string): Promise<ProductKind | undefined> {
    this.calls.push('product');
    return this.kinds.get(productId);
  }

  async partsOfKit(): Promise<[]> {
    this.calls.push('bill of materials');
    return [];
  }

  async kindsOnPage(page: number): Promise<{ kinds: ReadonlyMap<string, ProductKind>; isLast: boolean }> {
    this.calls.push('products');
    const rows = [...this.kinds].slice((page - 1) * this.pageSize, page * this.pageSize);
    return { kinds: new Map(rows), isLast: rows.length < this.pageSize };
  }

  async listLocations(): Promise<Array<{ id: string; name: string; parentId: string | null }>> {
    this.calls.push('locations');
    return this.locations;
  }

  async openStockTakes() {
    this.calls.push('stock-takes');
    return this.stockTakes;
  }

  async findSaleId(orderNumber: string): Promise<string | null> {
    this.calls.push('find');
    return orderNumber === this.sale.orderNumber ? this.sale.id : null;
  }

  async createFulfilment(_saleId: string): Promise<SaleFulfilment[]> {
    this.calls.push('create-fulfilment');
    this.#spoil('create-fulfilment', () => {
      const open = this.sale.fulfilments.some(({ pick }) => pick.status !== 'AUTHORISED');
      this.#require(!open, 'Another fulfilment is open');
      const number = this.sale.fulfilments.length + 1;
      const taskId = `task-${number}`;
      this.sale = {
        ...this.sale,
        type: 'advanced',
        fulfilments: [...this.sale.fulfilments, fulfilment({ taskId, number })],
      };
    });
    return [...this.sale.fulfilments];
  }

  async authorisePick(taskId: string, lines: readonly PickedGoods[]): Promise<void> {
    this.#write('pick', taskId, (task) => {
      this.#require(task.pick.status !== 'AUTHORISED', 'Pick cannot be changed');
      this.#require(this.#isLeft(lines), 'More than is left to pick');
      return {
        ...task,
        pick: {
          status: 'AUTHORISED',
          lines: lines.map((line) => ({ ...line, locationId: '', box: '' })),
        },
      };
    });
  }

  async authorisePack(taskId: string, lines: readonly PackedGoods[]): Promise<void> {
    this.#write('pack', taskId, (task) => {
      this.#require(
        task.pick.status === 'AUTHORISED' && task.pack.status !== 'AUTHORISED',
        'Pack cannot be changed',
      );
      return {
        ...task,
        pack: {
          status: 'AUTHORISED',
          lines: lines.map((line) => ({ ...line, locationId: '' })),
        },
      };
    });
  }

  async authoriseShip(taskId: string, lines: readonly ShippedBox[]): Promise<void> {
    this.#write('ship', taskId, (task) => {
      this.#require(
        task.pack.status === 'AUTHORISED' && task.ship.status !== 'AUTHORISED',
        'Ship cannot be changed',
      );
      return this.#shipped(task, lines);
    });
  }

  async addTrackingNumbers(taskId: string, lines: readonly ShippedBox[]): Promise<void> {
    this.#write('ship', taskId, (task) => this.#shipped(task, lines));
  }

  async autoPick(taskId: string): Promise<void> {
    const lines = this.sale.lines.map(({ productId, sku, name, quantity }) =>
      stageLine({ productId, sku, name, quantity }),
    );
    await this.authorisePick(taskId, lines);
  }

  async draftShip(taskId: string, lines: readonly ShippedBox[]): Promise<void> {
    this.#write('ship', taskId, (task) => {
      this.#require(task.pack.status === 'AUTHORISED', 'Ship cannot be changed');
      return { ...task, ship: { ...this.#shipped(task, lines).ship, status: 'DRAFT' } };
    });
  }

  async createInvoice(invoice: InvoiceToWrite): Promise<void> {
    this.calls.push('invoice');
    this.#spoil('invoice', () => {
      this.invoices.push(invoice);
      const number = `INV-${this.invoices.length}`;
      const { taskId, status, memo, lines } = invoice;
      const fulfilmentNumber = this.dropsLinks ? 0 : invoice.fulfilmentNumber;
      this.sale = {
        ...this.sale,
        invoices: [
          ...this.sale.invoices,
          { taskId, number, status, fulfilmentNumber, memo, lines, isCredited: false },
        ],
      };
    });
  }

  async draftCreditNote(note: CreditNoteToWrite): Promise<void> {
    this.calls.push('credit-note');
    this.#spoil('credit-note', () => {
      this.creditNotes.push(note);
      this.sale = { ...this.sale, creditNoteMemos: [...this.sale.creditNoteMemos, note.memo] };
    });
  }

  async setAdditionalAttribute(_saleId: string, attribute: string, value: string): Promise<void> {
    this.calls.push('attribute');
    this.sale = {
      ...this.sale,
      additionalAttributes: { ...this.sale.additionalAttributes, [attribute]: value },
    };
  }

  /** What a person does in DEAR's screens. */
  byHand(stage: Stage, change: Partial<SaleFulfilment[Stage]> = {}): void {
    const [task, ...rest] = this.sale.fulfilments;
    if (task === undefined) throw new Error('The sale has no fulfilment');
    const { lines } = task[stage];
    const goods = stage === 'ship' || lines.length > 0 ? lines : toStageLines(this.sale, '');
    const done = { ...task, [stage]: { status: 'AUTHORISED', lines: goods, ...change } };
    this.sale = { ...this.sale, fulfilments: [done, ...rest] };
  }

  /** DEAR picks no more of a product than the sale orders, over all of its fulfilments. */
  #isLeft(lines: readonly PickedGoods[]): boolean {
    const picked = this.sale.fulfilments.flatMap(({ pick }) =>
      pick.status === 'AUTHORISED' ? pick.lines : [],
    );
    const sum = (rows: ReadonlyArray<{ productId: string; quantity: number }>, product: string) =>
      rows
        .filter(({ productId }) => productId === product)
        .reduce((total, { quantity }) => total + quantity, 0);
    return lines.every(
      ({ productId }) => sum(picked, productId) + sum(lines, productId) <= sum(this.sale.lines, productId),
    );
  }

  #firstFulfilments(sale: Sale): SaleFulfilment[] {
    return sale.type === 'simple' ? [fulfilment({ taskId: sale.id })] : [];
  }

  #shipped(task: SaleFulfilment, lines: readonly ShippedBox[]): SaleFulfilment {
    const shipLines = lines.map(({ box, carrier, trackingNumbers, shippedAt }) => ({
      boxes: box.split(','),
      carrier,
      trackingNumbers,
      shippedAt: shippedAt.slice(0, 10),
      isShipped: true,
    }));
    return { ...task, ship: { status: 'AUTHORISED', lines: shipLines } };
  }

  #write(stage: Stage, taskId: string, change: (task: SaleFulfilment) => SaleFulfilment): void {
    this.calls.push(stage);
    this.#spoil(stage, () => this.#changeTask(taskId, change));
  }

  #spoil(write: Write, act: () => void): void {
    const fault = this.#faults[write].shift();
    const details = { system: 'DEAR', operation: `write ${write}` };
    if (fault === 'lost before') throw new AmbiguousWrite(details);
    if (fault === 'ignored') throw new NotDone({ ...details, status: 200 });
    if (typeof fault === 'object') throw fault;
    act();
    if (fault === 'lost after') throw new AmbiguousWrite(details);
    if (fault === 'killed after') throw new Error('killed');
  }

  #changeTask(taskId: string, change: (task: SaleFulfilment) => SaleFulfilment): void {
    this.#require(this.sale.orderStatus === 'AUTHORISED', 'The order is not authorised');
    this.#require(
      this.sale.fulfilments.some((task) => task.taskId === taskId),
      'There is no such task',
    );
    const fulfilments = this.sale.fulfilments.map((task) => (task.taskId === taskId ? change(task) : task));
    this.sale = { ...this.sale, fulfilments };
  }

  #require(holds: boolean, upstreamMessage: string): void {
    if (!holds) throw new Rejected({ system: 'DEAR', operation: 'authorise', status: 400, upstreamMessage });
  }
}
