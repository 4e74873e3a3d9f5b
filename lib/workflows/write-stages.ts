import { invoiceFor } from '../domain/billing.ts';
import {
  after,
  newFulfilment,
  nextConfirmationStep,
  type Stages,
  stagesOf,
  untouchedStages,
} from '../domain/confirmation-step.ts';
import type { Connection } from '../domain/connection.ts';
import { AmbiguousWrite, Rejected } from '../domain/errors.ts';
import { isOpen, openTask } from '../domain/open-task.ts';
import { type Consignment, packLines, pickLines, shipLines } from '../domain/packing.ts';
import { isOrderAuthorised, isVoided, type Sale } from '../domain/sale.ts';
import type { ConfirmShipmentNeeds } from './confirm-shipment.ts';
import { Interrupted } from './interrupted.ts';
import {
  abandoned,
  type Consignments,
  confirmed,
  type Ending,
  refused,
  refusedOrLocked,
  type WritingStep as Step,
} from './stage-endings.ts';

/** Every stage, and one repetition of each after looking: more steps than this mean that DEAR and we disagree. */
const STEP_LIMIT = 12;

/**
 * Writes pick, pack, ship and invoice, with the lines, boxes and tracking numbers of the packages.
 *
 * The common path reads nothing: DEAR refuses a stage that was authorised already, and that refusal is the guard. Only
 * after a refusal or a lost answer, or when an earlier attempt died, is the sale read and the next step decided from it.
 * @param mayAssume whether DEAR can be taken to stand where the order left it
 * @throws {Interrupted} around any error that is not an outcome
 */
export async function writeStages(
  consignments: Consignments,
  connection: Connection,
  mayAssume: boolean,
  needs: ConfirmShipmentNeeds,
): Promise<Ending> {
  const assumed = mayAssume ? assumedStages(consignments, connection) : null;
  let looked: Step | 'start' | null = assumed === null ? 'start' : null;
  let wrote = false;
  try {
    let stages: Stages | string = assumed ?? (await readStages(consignments, needs));
    for (let count = 0; count < STEP_LIMIT; count += 1) {
      if (typeof stages === 'string') return abandoned(stages, needs);
      const step = nextConfirmationStep(consignments, stages, connection);
      if (step === 'done') return confirmed(stages, consignments, needs);
      if (typeof step === 'object') return refused(`DEAR cannot be told, because ${step.blocked}.`, needs);
      const result = await attempt(step, stages, consignments, connection, needs);
      wrote ||= !(result instanceof Error);
      if (!(result instanceof Error)) stages = result;
      else if (looked !== step) {
        looked = step;
        wrote = true;
        stages = await readStages(consignments, needs);
      } else if (result instanceof Rejected) return await refusedOrLocked(result, needs, step, consignments);
      else throw result;
    }
    return refused('DEAR takes each step and then shows it undone.', needs);
  } catch (error) {
    throw new Interrupted(error, wrote || looked !== null);
  }
}

/** null where only DEAR can say: it has boxes of its own, or something was told it before. */
function assumedStages([{ order }]: Consignments, { trigger }: Connection): Stages | null {
  const untouched = untouchedStages(order.taskId);
  if (order.confirmation.packages.length > 0 && order.taskId !== '') return null;
  if (trigger === 'OrderAuthorised') return untouched;
  return trigger === 'PickAuthorised' ? { ...untouched, pick: 'AUTHORISED' } : null;
}

/** Where DEAR stands now, or a sentence why nothing may be written there any more. */
async function readStages([{ order }]: Consignments, needs: ConfirmShipmentNeeds): Promise<Stages | string> {
  const sale = await needs.dear.readSale(order.saleId);
  if (isVoided(sale)) return 'The sale was voided after the goods had left.';
  if (!isOrderAuthorised(sale)) return 'The sale was undone after the goods had left.';
  const taskId = order.taskId || nextTask(sale);
  const fulfilment = sale.fulfilments.find((candidate) => candidate.taskId === taskId);
  return fulfilment === undefined ? untouchedStages(taskId) : stagesOf(sale, fulfilment);
}

/** A simple sale has one task; once that is used up, the next shipment makes it an advanced one. '' asks for a new task. */
function nextTask(sale: Sale): string {
  const isUsed = sale.fulfilments.some(({ pick }) => !isOpen(pick.status));
  return sale.type !== 'advanced' && isUsed ? '' : openTask(sale);
}

/** The stages afterwards, or the error that says to look. */
async function attempt(
  step: Step,
  stages: Stages,
  consignments: Consignments,
  connection: Connection,
  needs: ConfirmShipmentNeeds,
): Promise<Stages | Rejected | AmbiguousWrite> {
  try {
    if (step === 'create-fulfilment') return await createFulfilment(consignments, needs);
    await write(step, stages, consignments, connection, needs);
    return after(step, stages, consignments, connection);
  } catch (error) {
    if (error instanceof Rejected || error instanceof AmbiguousWrite) return error;
    throw error;
  }
}

async function createFulfilment([{ order }]: Consignments, { dear }: ConfirmShipmentNeeds): Promise<Stages> {
  const created = newFulfilment(await dear.createFulfilment(order.saleId, order.reference));
  return created === undefined ? untouchedStages('') : stagesOf({ type: 'advanced', invoices: [] }, created);
}

async function write(
  step: Exclude<Step, 'create-fulfilment'>,
  stages: Stages,
  consignments: Consignments,
  { pick, shipStage, invoice }: Connection,
  needs: ConfirmShipmentNeeds,
): Promise<void> {
  const { dear } = needs;
  const { taskId } = stages;
  const { reference } = consignments[0].order;
  switch (step) {
    case 'pick':
      if (pick === 'auto') return dear.autoPick(taskId, reference);
      return dear.authorisePick(taskId, pickLines(consignments), reference);
    case 'pack':
      return dear.authorisePack(taskId, packLines(consignments, stages.pickedAt), reference);
    case 'ship': {
      const lines = shipLines(consignments, stages.boxes);
      return shipStage === 'DRAFT'
        ? dear.draftShip(taskId, lines, reference, stages.hasShipLines)
        : dear.authoriseShip(taskId, lines, reference, stages.hasShipLines);
    }
    case 'add-tracking':
      return dear.addTrackingNumbers(
        taskId,
        shipLines(everythingIn(taskId, consignments), stages.boxes),
        reference,
      );
    case 'invoice':
      if (invoice !== 'none') await bill(invoice, stages, consignments, needs);
  }
}

/** A correction names every box of the fulfilment, the ones that DEAR knows already too. */
function everythingIn(taskId: string, consignments: Consignments): Consignment[] {
  return consignments.map((consignment) => {
    const { order, packages } = consignment;
    return { ...consignment, packages: order.confirmation.taskId === taskId ? order.packages : packages };
  });
}

/** @throws {Rejected} where the order's prices have expired here */
async function bill(
  invoice: Exclude<Connection['invoice'], 'none'>,
  stages: Stages,
  consignments: Consignments,
  { dear, orders, now }: ConfirmShipmentNeeds,
): Promise<void> {
  const part = async ({ order, packages }: Consignment) => {
    const content = await orders.readContent(order);
    if (content !== null) return { order, content, packages };
    const words = 'The prices of the order have expired here. Make the invoice by hand.';
    throw new Rejected({
      system: 'bridge',
      operation: 'bill the shipment',
      reference: order.reference,
      words,
    });
  };
  const [first, ...rest] = consignments;
  const parts = [await part(first), ...(await Promise.all(rest.map(part)))] as const;
  const { taskId, number: fulfilmentNumber } = stages;
  await dear.createInvoice(
    invoiceFor({ parts, invoice, taskId, fulfilmentNumber, now: now() }),
    first.order.reference,
  );
}
