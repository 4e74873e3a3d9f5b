import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BudgetClass, RateBudget } from '../domain/rate-budget.ts';
import { DynamoDbSlotBook } from '../store/slot-book.ts';
import { SharedBudget } from './shared-budget.ts';

/** The budget of an account that may be called so often in a minute. */
export type BudgetOf = (account: string, callsPerMinute: number) => RateBudget;

/** A function's part in the budgets of all accounts that it calls, under the class of its work. */
export function rateBudgets(client: DynamoDBClient, table: string, budgetClass: BudgetClass): BudgetOf {
  const slots = new DynamoDbSlotBook(client, table);
  return (account, callsPerMinute) =>
    new SharedBudget({
      slots,
      account,
      callsPerMinute,
      budgetClass,
      now: Date.now,
      wait: sleep,
      random: Math.random,
    });
}
