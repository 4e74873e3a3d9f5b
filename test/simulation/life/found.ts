import type { Breakage, Edit } from './breakages.ts';

/** A life in which a defect showed, kept so that it shows again where the mend is lost. */
interface Found {
  readonly seed: number;
  /** Whether people also did what `BusyPeople` do. @default false */
  readonly isBusy?: boolean;
  /** Whether its processes, pages of stock and corrections are those of any other seed; they came after the first lives here. @default false */
  readonly isFull?: boolean;
  /** What went wrong. */
  readonly defect: string;
  /** Undoes its mend, with which the life fails; several where a later mend makes the same good. */
  readonly undone: readonly [Edit, ...Edit[]];
}

const COMPARISON_WITH_DEAR: Edit = {
  file: 'lib/domain/order/replan.ts',
  code: 'isBlocked ? before : compareWithDear(before, demand, input);',
  becomes: 'before;',
};
const SURPLUS_OF_PACK: Edit = {
  file: 'lib/workflows/write-stages.ts',
  code: 'const notLeft = listNotLeft(fulfilment, this.#consignments, others);',
  becomes: 'const notLeft: string[] = [];',
};
const LACK_OF_PACK: Edit = {
  file: 'lib/workflows/write-stages.ts',
  code: 'const lacking = listLacking(fulfilment, sale, this.#consignments, others);',
  becomes: 'const lacking: string[] = [];',
};
const WEB_PAGE: Edit = {
  file: 'lib/upstream/body.ts',
  code: 'if (!isMarkup(answer.text)) return answer;',
  becomes: 'return answer;',
};
const PAGE_OF_404: Edit = {
  file: 'lib/providers/extensiv/classify-answer.ts',
  code: 'status === 404 && isExtensivs(answer)',
  becomes: 'status === 404',
};

/** None of them large or a rush: each of those costs as much as ten others. */
export const FOUND: readonly Found[] = [
  {
    seed: 207,
    defect: 'a sale waited for ever for the cancellation of an order that had left meanwhile',
    undone: [
      {
        file: 'lib/domain/order/plan.ts',
        code: "current.cancellation.state === 'claimed' && current.packages.length === 0;",
        becomes: "current.cancellation.state === 'claimed';",
      },
    ],
  },
  {
    seed: 452,
    defect:
      'a late parcel was added to its fulfilment in DEAR with the tracking numbers of earlier fulfilments',
    undone: [
      {
        file: 'lib/workflows/write-step.ts',
        code: 'order.confirmation.taskId === taskId ? here : packages',
        becomes: 'order.confirmation.taskId === taskId ? order.packages : packages',
      },
    ],
  },
  {
    seed: 551,
    isBusy: true,
    defect:
      'a shipment was never confirmed whose sale was undone and authorised again before a reading saw it',
    undone: [
      {
        file: 'lib/domain/order/replan.ts',
        code: "if (order.confirmation.state === 'abandoned') return takeUpConfirmation(order, now);",
        becomes: '',
      },
    ],
  },
  {
    seed: 716,
    defect: 'a web page with status 200 was taken for a cancellation that ShipStation had done',
    undone: [WEB_PAGE],
  },
  {
    seed: 976,
    defect: 'a web page with status 200 was taken for a cancellation that Extensiv had done',
    undone: [WEB_PAGE],
  },
  {
    seed: 2278,
    defect: "a gateway's web page with status 404 was taken for Extensiv's refusal of an order",
    undone: [PAGE_OF_404],
  },
  {
    seed: 3065,
    defect: 'a pack by hand was shipped in DEAR that held more than left',
    undone: [SURPLUS_OF_PACK],
  },
  {
    seed: 3082,
    defect: 'a pack by hand of more than left was shipped in DEAR, and only what left was billed',
    undone: [SURPLUS_OF_PACK],
  },
  {
    seed: 3120,
    defect: 'an order was called sent twice that V1 replaces with itself',
    undone: [
      {
        file: 'test/simulation/life/world.ts',
        code: "const isReplaced = provider === 'shipstation-v1' && circumstances.lagMs > 0;",
        becomes: 'const isReplaced = false;',
      },
    ],
  },
  {
    seed: 5034,
    defect: 'a refused look-up ended the message of an order, which was never sent',
    undone: [
      {
        file: 'lib/runtime/queue-worker.ts',
        code: 'const { attempt, disposition } = await judge(error, records, deps);',
        becomes: `const { attempt, disposition } = await judge(error, records, deps);
          if ((error as { readonly kind?: string }).kind === 'rejected') return true;`,
      },
      PAGE_OF_404,
    ],
  },
  {
    seed: 5351,
    defect: 'a parcel was confirmed into the fulfilment that an attempt had begun for another',
    undone: [
      {
        file: 'lib/workflows/write-stages.ts',
        code: "if (toPartialShipments(this.#connection) === 'wait') return;",
        becomes: 'return;',
      },
      LACK_OF_PACK,
    ],
  },
  {
    seed: 5351,
    defect: 'a parcel that left while another was being confirmed counted as confirmed with it',
    undone: [
      {
        file: 'lib/workflows/confirmation-outcomes.ts',
        code: '{ packages: own?.packages ?? packages, taskId, remarks }',
        becomes: '{ packages, taskId, remarks }',
      },
      COMPARISON_WITH_DEAR,
    ],
  },
  {
    seed: 5768,
    defect: 'a sale that was undone and shipped again after its confirmation stood as confirmed',
    undone: [COMPARISON_WITH_DEAR],
  },
  {
    seed: 6082,
    defect: 'DEAR lacked the number of a parcel after its sale was undone and shipped again',
    undone: [COMPARISON_WITH_DEAR],
  },
  {
    seed: 20065,
    isBusy: true,
    defect: 'an order that ended short could not be closed where its service reports nothing of orders',
    undone: [
      {
        file: 'lib/domain/order/allowed-actions.ts',
        code: 'if (!reportsOrders && order.packages.length > 0)',
        becomes: 'if (false)',
      },
    ],
  },
  {
    seed: 22009,
    isBusy: true,
    defect:
      'the rest of an order ended unseen with the shipment of its first part, which a person undid in DEAR',
    undone: [
      {
        file: 'lib/domain/order/replan.ts',
        code: '(isUndone && stillToShip(order).length === 0)',
        becomes: 'isUndone',
      },
    ],
  },
  {
    seed: 24016,
    isBusy: true,
    defect: 'DEAR showed a product as shipped that a person had added to a pack after its goods had left',
    undone: [
      {
        file: 'lib/domain/order/replan.ts',
        code: "demand.connection.trigger === 'OrderAuthorised' ? [] : listAdded(before, content);",
        becomes: '[] as string[];',
      },
    ],
  },
  {
    seed: 40015,
    isBusy: true,
    isFull: true,
    defect: 'a sale was undone after it was billed, and counted as confirmed with a draft of its invoice',
    undone: [
      {
        file: 'lib/domain/confirmation/own-fulfilment.ts',
        code: "return invoice === 'authorised' && state === 'draft' && !isOurDraft;",
        becomes: 'return false;',
      },
    ],
  },
  {
    seed: 40397,
    isFull: true,
    defect: 'what was cancelled of an order after a part of it had left was never ordered again',
    undone: [
      {
        file: 'lib/domain/shipment/still-to-ship.ts',
        code: "withdrawn && status === 'Cancelled' && cancellation.state === 'done'",
        becomes: 'false',
      },
    ],
  },
  {
    seed: 42149,
    defect: 'an adjustment of stock whose answer was lost was sent again before it landed',
    undone: [
      {
        file: 'lib/workflows/inventory/write-adjustments.ts',
        code: 'if (!isWritten) requireSettled(reference, at, deps.now());',
        becomes: '',
      },
    ],
  },
];

/** The defect, put back into the code. Its name ends with a number where its life showed another before. */
export function toBreakage(found: Found): Breakage {
  const { seed, undone } = found;
  const place = FOUND.filter((one) => one.seed === seed).indexOf(found);
  return { name: place === 0 ? `undo-${seed}` : `undo-${seed}-${place + 1}`, edits: undone };
}
