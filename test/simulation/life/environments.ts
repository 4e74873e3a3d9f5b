import type { VirtualQueues, Worker } from '../../flow/virtual/queues.ts';
import { QUEUES, type Workers } from '../../flow/virtual/workers.ts';
import type { Processes } from './processes.ts';
import type { Random } from './random.ts';

type Queues = Pick<VirtualQueues, 'sqs' | 'serve' | 'depth'>;

interface Environment {
  readonly memory: Map<string, unknown>;
  readonly workers: ReadonlyMap<string, Worker>;
}

/**
 * As Lambda does: an environment receives one batch at a time and keeps what it has in memory for the next one; several serve
 * a queue at once; one whose process died is gone.
 */
export function serveInEnvironments(
  queues: VirtualQueues,
  processes: Processes,
  random: Random,
  start: (queues: Queues) => Workers,
): void {
  const open = (): Environment => {
    const workers = new Map<string, Worker>();
    start({ ...readOnly(queues), serve: (url, worker) => void workers.set(url, worker) });
    return { memory: new Map(), workers };
  };
  for (const url of [QUEUES.saleEvents, QUEUES.fulfillment, QUEUES.confirmations, QUEUES.jobs]) {
    const idle: Environment[] = [];
    const worker: Worker = async (event) => {
      const environment = (random.chance(0.8) ? idle.pop() : undefined) ?? open();
      const answer = await processes.run(environment.memory, async () => {
        const answered = await environment.workers.get(url)?.(event);
        if (!answered) throw new Error(`Nothing serves ${url}`);
        return answered;
      });
      if (answer !== null) idle.push(environment);
      return answer;
    };
    queues.serve(url, worker, url === QUEUES.jobs ? 1 : undefined);
  }
}

export function readOnly(queues: VirtualQueues): Pick<Queues, 'sqs' | 'depth'> {
  return { sqs: queues.sqs, depth: (url) => queues.depth(url) };
}
