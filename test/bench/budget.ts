import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BudgetClass } from '../../lib/domain/rate-budget.ts';
import { DynamoDbSlotBook } from '../../lib/store/slot-book.ts';
import { fullestWindow, seeded, shareUsed, type Worker, workOff } from '../simulation/backlog.ts';
import { openTestTable } from '../store/test-table.ts';
import type { Metrics } from './bench.ts';

const CALLS_PER_MINUTE = 55;
const MINUTES = 10;
/** Of ten workers; the first of them alone. */
const CLASSES: readonly BudgetClass[] = [
  ...(['sale', 'confirmation', 'sale', 'confirmation', 'background'] as const),
  ...(['sale', 'confirmation', 'sale', 'confirmation', 'background'] as const),
];

/**
 * How much of DEAR's budget workers with a backlog use, and what it costs, over ten minutes of virtual time: the deployed
 * code on the embedded engine, with clocks that differ by up to 2 s.
 * @param isQuick without 50 workers
 */
export async function budget(isQuick: boolean): Promise<Metrics> {
  const metrics: Record<string, number> = { 'calls allowed in 60 s': CALLS_PER_MINUTE };
  for (const size of isQuick ? [1, 10] : [1, 10, 50]) {
    for (const [metric, value] of Object.entries(await measure(size))) {
      metrics[`${size} ${size === 1 ? 'worker' : 'workers'}: ${metric}`] = value;
    }
  }
  return metrics;
}

async function measure(size: number): Promise<Metrics> {
  const { client, name, close } = await openTestTable();
  try {
    const requests = countRequests(client);
    const backlog = {
      slots: new DynamoDbSlotBook(client, name),
      callsPerMinute: CALLS_PER_MINUTE,
      minutes: MINUTES,
      workers: getWorkers(size),
      random: seeded(2),
    };
    const calls = await workOff(backlog);
    return {
      'most calls in 60 s': fullestWindow(calls),
      'share used': rounded(shareUsed(calls, backlog)),
      'writes per call': rounded(requests.writes / calls.length),
      'reads per call': rounded(requests.reads / calls.length),
    };
  } finally {
    await close();
  }
}

/** A call of 200 to 400 ms, a table that answers in 4 to 12, and a clock that is up to 1 s wrong either way. */
function getWorkers(size: number): Worker[] {
  const random = seeded(size);
  return Array.from({ length: size }, (_, index) => ({
    budgetClass: CLASSES[index % CLASSES.length] ?? 'sale',
    clockError: Math.round((random() - 0.5) * 2_000),
    tableMs: Math.round(4 + random() * 8),
    callMs: Math.round(200 + random() * 200),
    stallMs: 0,
  }));
}

/** Writes that were refused count as well: they are billed. */
function countRequests(client: DynamoDBClient): { writes: number; reads: number } {
  const requests = { writes: 0, reads: 0 };
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        requests[commandName === 'GetItemCommand' ? 'reads' : 'writes'] += 1;
        return next(args);
      },
    { step: 'initialize' },
  );
  return requests;
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
