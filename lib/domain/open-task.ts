import type { FulfillmentOrder } from './fulfillment-order.ts';
import type { Sale } from './sale.ts';

/**
 * The fulfilment that will be picked, packed and shipped. A simple sale's task is the sale itself; an advanced sale's is
 * the one whose pick is still open, or '' where one has to be made.
 * @param except orders of the sale that have theirs: a fulfilment is never given to a second one
 */
export function openTask(sale: Sale, except: readonly FulfillmentOrder[] = []): string {
  const isFree = (taskId: string) => except.every((order) => !tasksOf(order).includes(taskId));
  if (sale.type !== 'advanced') return isFree(sale.id) ? sale.id : '';
  return sale.fulfilments.find(({ pick, taskId }) => isOpen(pick.status) && isFree(taskId))?.taskId ?? '';
}

function tasksOf({ taskId, confirmation }: FulfillmentOrder): string[] {
  return [taskId, confirmation.taskId].filter((task) => task !== '');
}

export function isOpen(status: string): boolean {
  return status === 'NOT AVAILABLE' || status === 'DRAFT';
}
