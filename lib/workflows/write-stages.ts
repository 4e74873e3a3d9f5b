import {
  after,
  type FulfilmentStages,
  getStages,
  newFulfilment,
  nextConfirmationStep,
  untouchedStages,
} from '../domain/confirmation/confirmation-step.ts';
import {
  isOpen,
  listLacking,
  listNotLeft,
  packagesBegun,
  taskFor,
} from '../domain/confirmation/own-fulfilment.ts';
import type { Consignment } from '../domain/confirmation/packing.ts';
import type { Connection } from '../domain/connection.ts';
import { AmbiguousWrite, Deferred, NotDone, Rejected } from '../domain/errors.ts';
import { requireStages } from '../domain/order/initial-state.ts';
import { SETTLING_MS } from '../domain/order/submission.ts';
import { change } from '../domain/order/transitions.ts';
import { isOrderAuthorised, isVoided, type Sale, type SaleFulfilment } from '../domain/sale/sale.ts';
import { toPartialShipments } from '../domain/shipment/still-to-ship.ts';
import {
  AttemptFailed,
  type ConfirmationOutcome,
  type ConfirmShipmentDeps,
  type Consignments,
  type WritingStep as Step,
  toAbandoned,
  toBlocked,
  toConfirmed,
  toRefused,
  toRefusedOrLocked,
} from './confirmation-outcomes.ts';
import { readOrders } from './find-sale.ts';
import { writeStep } from './write-step.ts';

/** Each stage takes a step and at most one repetition. More steps mean that DEAR's answers contradict its sale. */
const STEP_LIMIT = 12;
/**
 * Steps that DEAR repeats whenever they are sent; it refuses any other step that is done already. An unanswered one may still
 * land, so it is sent again only after the settling time.
 */
const NOT_IDEMPOTENT: ReadonlySet<Step> = new Set<Step>(['create-fulfilment', 'invoice']);

/**
 * Writes pick, pack, ship and invoice, with the lines, boxes and tracking numbers of the packages.
 *
 * The common path reads nothing: DEAR refuses a stage that was authorised already, and that refusal is the guard. The sale is
 * read, and the next step decided from it, only after a refusal, a lost answer, an answer that does not show the stage, or an
 * attempt that died. The fulfilment is stored on the order before anything is written into it, so that a later attempt
 * continues in the same one.
 * @param mayAssume whether the stages are known without a reading, because no earlier attempt was made
 * @throws {Interrupted} around any error that is not an outcome
 */
export async function writeStages(
  consignments: Consignments,
  connection: Connection,
  mayAssume: boolean,
  deps: ConfirmShipmentDeps,
): Promise<ConfirmationOutcome> {
  return await new StageWriter(consignments, connection, deps).write(mayAssume);
}

class StageWriter {
  #consignments: Consignments;
  readonly #connection: Connection;
  readonly #deps: ConfirmShipmentDeps;
  /** The step before which the sale was last read. */
  #readBefore: Step | 'start' | null = null;
  #wrote = false;
  #hasRead = false;
  /** A step that was sent without an answer, and that DEAR does not show yet. */
  #unansweredStep: Step | null = null;

  constructor(consignments: Consignments, connection: Connection, deps: ConfirmShipmentDeps) {
    this.#consignments = consignments;
    this.#connection = connection;
    this.#deps = deps;
  }

  async write(mayAssume: boolean): Promise<ConfirmationOutcome> {
    const assumed = mayAssume ? assumedStages(this.#consignments, this.#connection) : null;
    if (assumed === null) this.#readBefore = 'start';
    try {
      let stages: FulfilmentStages | string = assumed ?? (await this.#read());
      for (let count = 0; count < STEP_LIMIT; count += 1) {
        if (typeof stages === 'string') return toAbandoned(stages, this.#deps);
        const next: FulfilmentStages | string | { readonly outcome: ConfirmationOutcome } =
          await this.#advance(stages);
        if (typeof next === 'object' && 'outcome' in next) return next.outcome;
        stages = next;
      }
      return toRefused('DEAR accepts each step and then shows it undone.', this.#deps);
    } catch (error) {
      throw new AttemptFailed(error, this.#wrote || this.#readBefore !== null);
    }
  }

  /** The stages after the next step, read from DEAR if its answer does not say; or the outcome of the attempt. */
  async #advance(
    stages: FulfilmentStages,
  ): Promise<FulfilmentStages | string | { readonly outcome: ConfirmationOutcome }> {
    const step = nextConfirmationStep(this.#consignments, stages, this.#connection);
    if (step === 'done') return { outcome: toConfirmed(stages, this.#consignments, this.#deps) };
    if (typeof step === 'object') return { outcome: toBlocked(step, this.#deps) };
    // The invoice of an advanced sale is found again by the number of its fulfilment.
    if (step === 'invoice' && lacksFulfilmentNumber(stages) && !this.#hasRead) return await this.#read();
    if (step === this.#unansweredStep) throw deferUntilSettled(step);
    const result = await this.#attempt(step, stages);
    if (!(result instanceof Error)) {
      this.#wrote = true;
      return result;
    }
    if (isUnanswered(result) && NOT_IDEMPOTENT.has(step)) this.#unansweredStep = step;
    if (this.#readBefore !== step) return await this.#readAfter(step);
    if (result instanceof Rejected || result instanceof NotDone)
      return { outcome: await toRefusedOrLocked(result, this.#deps, step, this.#consignments) };
    throw result;
  }

  async #readAfter(step: Step): Promise<FulfilmentStages | string> {
    this.#readBefore = step;
    this.#wrote = true;
    try {
      return await this.#read();
    } catch (error) {
      // If the message came back before the settling time, the write would be sent again.
      throw this.#unansweredStep === step ? deferUntilSettled(step) : error;
    }
  }

  /** The stages afterwards, or the error after which the sale has to be read. */
  async #attempt(
    step: Step,
    stages: FulfilmentStages,
  ): Promise<FulfilmentStages | Rejected | AmbiguousWrite> {
    try {
      if (step === 'create-fulfilment') return await this.#createFulfilment();
      await writeStep(step, stages, this.#consignments, this.#connection, this.#deps);
      return after(step, stages, this.#consignments, this.#connection);
    } catch (error) {
      if (error instanceof Rejected || error instanceof AmbiguousWrite) return error;
      throw error;
    }
  }

  async #createFulfilment(): Promise<FulfilmentStages> {
    const [{ order }] = this.#consignments;
    const { reference } = order;
    const created = newFulfilment(await this.#deps.dear.createFulfilment(order.saleId, reference));
    if (created === undefined) {
      const upstreamMessage = 'no fulfilment of the answer is open';
      const details = {
        system: 'DEAR',
        operation: 'create fulfilment',
        reference,
        status: 200,
        upstreamMessage,
      };
      throw new NotDone(details);
    }
    await this.#storeFulfilment(created.taskId);
    return getStages({ type: 'advanced', invoices: [], lines: [] }, created, this.#consignments);
  }

  /** The stages in DEAR, or a sentence why nothing may be written any more. */
  async #read(): Promise<FulfilmentStages | string> {
    const [consignment] = this.#consignments;
    const { order } = consignment;
    const sale = requireStages(await this.#deps.dear.readSale(order.saleId));
    this.#hasRead = true;
    if (isVoided(sale)) return 'The sale was voided after the goods had left.';
    if (!isOrderAuthorised(sale)) return 'The sale was undone after the goods had left.';
    const orders = await readOrders(await this.#deps.sales.read(order.saleId), this.#deps);
    const others = orders.filter(({ reference }) => reference !== order.reference);
    const taskId = taskFor(sale, consignment, others);
    const fulfilment = sale.fulfilments.find((candidate) => candidate.taskId === taskId);
    if (fulfilment === undefined) return untouchedStages(taskId, sale.type);
    const leftEmpty = findEmptyFulfilment(sale, order.taskId, taskId);
    await this.#storeFulfilment(taskId);
    this.#keepBegun(fulfilment);
    const notLeft = listNotLeft(fulfilment, this.#consignments, others);
    const lacking = listLacking(fulfilment, sale, this.#consignments, others);
    return { ...getStages(sale, fulfilment, this.#consignments), leftEmpty, notLeft, lacking };
  }

  /** Parcels that left since an attempt died go into the next fulfilment, where each has its own. */
  #keepBegun(fulfilment: SaleFulfilment): void {
    const [first, ...rest] = this.#consignments;
    if (toPartialShipments(this.#connection) === 'wait') return;
    this.#consignments = [{ ...first, packages: packagesBegun(fulfilment, first) }, ...rest];
  }

  async #storeFulfilment(taskId: string): Promise<void> {
    const { orders, now } = this.#deps;
    const note = async (consignment: Consignment): Promise<Consignment> => {
      const { order } = consignment;
      if (order.taskId === taskId) return consignment;
      const noted = await orders.update(order, (current) =>
        current.taskId === taskId ? current : change(current, now(), { taskId }, null),
      );
      return { ...consignment, order: { ...order, taskId, version: noted.version } };
    };
    const [first, ...rest] = this.#consignments;
    this.#consignments = [await note(first), ...(await Promise.all(rest.map(note)))];
  }
}

/** null if the sale has to be read: something was confirmed before, no fulfilment is known, or DEAR has boxes of its own. */
function assumedStages([{ order }]: Consignments, { trigger }: Connection): FulfilmentStages | null {
  if (order.taskId === '' || order.confirmation.packages.length > 0) return null;
  const untouched = untouchedStages(order.taskId, order.saleType);
  if (trigger === 'OrderAuthorised') return untouched;
  return trigger === 'PickAuthorised' ? { ...untouched, pick: 'AUTHORISED' } : null;
}

function deferUntilSettled(step: Step): Deferred {
  return new Deferred(`DEAR may still process the write: ${step}`, SETTLING_MS);
}

/** Any answer means that DEAR has finished the call. */
function isUnanswered(error: Rejected | AmbiguousWrite): boolean {
  return error instanceof AmbiguousWrite && error.details.status === undefined;
}

function lacksFulfilmentNumber({ saleType, number }: FulfilmentStages): boolean {
  return saleType === 'advanced' && number === 0;
}

/** The number of the fulfilment that was stored for the order, if its goods went into another one; 0: none. */
function findEmptyFulfilment(sale: Sale, noted: string, taskId: string): number {
  const other = sale.fulfilments.find((one) => one.taskId === noted && noted !== taskId);
  return other !== undefined && isOpen(other.pick.status) ? other.number : 0;
}
