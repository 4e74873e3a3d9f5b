import * as z from 'zod';
import type { Bridge } from './bridge.ts';

/** How much of an account's calls is taken. */
export interface BudgetState {
  /** `dear`. */
  readonly account: string;
  /** ms until a call of the lowest class would be free; 0 where the budget is idle. */
  readonly bookedMs: number;
}

const booked = z.looseObject({ nextSlot: z.number() });

/** @param account as the budget's item is named */
export async function readBudget({ table, now }: Pick<Bridge, 'table' | 'now'>, account: string): Promise<BudgetState> {
  const item = await table.read({ pk: `BUDGET#${account}`, sk: 'BUDGET' });
  const nextSlot = item === undefined ? 0 : booked.parse(item).nextSlot;
  return { account, bookedMs: Math.max(0, nextSlot - now()) };
}
