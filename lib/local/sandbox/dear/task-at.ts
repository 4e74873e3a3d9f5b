import type { Task } from './lookup.ts';
import { Refusal } from './refusal.ts';
import { isAuthorised, STAGES, type Stage } from './stage-undo.ts';
import type { SaleRecord } from './state.ts';

/**
 * The fulfilment that a person means who works at a stage: the one they name, else the first that waits for the stage,
 * else the last, whose refusal then says what is wrong.
 * @throws {Refusal} where the sale has none, or none of that number
 */
export function taskAt(sale: SaleRecord, stage: Stage, number: number | undefined): Task {
  const before = STAGES[STAGES.indexOf(stage) - 1];
  const waits = sale.fulfilments.find(
    (one) =>
      one[stage].status !== 'AUTHORISED' && (before === undefined || one[before].status === 'AUTHORISED'),
  );
  return named(sale, number) ?? taskOf(sale, waits);
}

/** The fulfilment that a person means who changes what is done: the one they name, else the last that got there. */
export function taskPast(sale: SaleRecord, stage: Stage, number: number | undefined): Task {
  const done = sale.fulfilments.findLast((one) => isAuthorised(one[stage].status));
  return named(sale, number) ?? taskOf(sale, done);
}

function named(sale: SaleRecord, number: number | undefined): Task | null {
  if (number === undefined) return null;
  const fulfilment = sale.fulfilments.find((one) => one.number === number);
  if (fulfilment === undefined) throw new Refusal(`${sale.orderNumber} has no fulfilment ${number}`, 404);
  return { sale, fulfilment };
}

function taskOf(sale: SaleRecord, found: Task['fulfilment'] | undefined): Task {
  const fulfilment = found ?? sale.fulfilments.at(-1);
  if (fulfilment === undefined) throw new Refusal(`${sale.orderNumber} has no fulfilment`);
  return { sale, fulfilment };
}
