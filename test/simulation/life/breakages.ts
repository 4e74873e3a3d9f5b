/** A change of the code under test, made while it is loaded. */
export interface Edit {
  /** From the repository's root. */
  readonly file: string;
  /** What stands there, word for word. */
  readonly code: string;
  readonly becomes: string;
}

/** A fault put into the code on purpose, which a simulation has to notice. */
export interface Breakage {
  readonly name: string;
  /** Several where another part of the code makes good what one part did wrong. */
  readonly edits: readonly [Edit, ...Edit[]];
}

export const BREAKAGES: readonly Breakage[] = [
  {
    name: 'create-without-look',
    edits: [
      {
        file: 'lib/workflows/submit-order.ts',
        code: 'if (isRestored || mayExistAtProvider(order)) {',
        becomes: 'if (false) {',
      },
    ],
  },
  {
    name: 'claim-after-call',
    edits: [
      {
        file: 'lib/workflows/submit-order.ts',
        code: 'await deps.orders.save(claimed);\n  try {',
        becomes: 'try {',
      },
    ],
  },
  {
    name: 'retry-before-late-landing',
    edits: [
      {
        file: 'lib/domain/order/submission.ts',
        code: 'export const SETTLING_MS = 120_000;',
        becomes: 'export const SETTLING_MS = 0;',
      },
    ],
  },
  {
    name: 'lost-answer-means-not-sent',
    edits: [
      {
        file: 'lib/workflows/submit-order.ts',
        code: 'neverArrived(error) ? releaseSubmission : recordUnknownSubmission',
        becomes: 'true ? releaseSubmission : recordUnknownSubmission',
      },
    ],
  },
  {
    name: 'cancel-without-look',
    edits: [
      {
        file: 'lib/workflows/dispatch-order.ts',
        code: "if (order.submission.providerOrderId !== '') return order;\n  const [found]",
        becomes: 'return order;\n  const [found]',
      },
    ],
  },
  {
    name: 'void-is-not-told',
    edits: [
      {
        file: 'lib/workflows/reconcile-sale.ts',
        code: "if (nextDispatchStep(order) !== 'nothing')",
        becomes: "if (nextDispatchStep(order) === 'submit')",
      },
    ],
  },
  {
    name: 'orders-before-their-sale',
    edits: [
      {
        file: 'lib/workflows/reconcile-sale.ts',
        code: 'if (listed !== record && listed !== null) await deps.sales.save(listed, record);',
        becomes: '',
      },
    ],
  },
  {
    name: 'last-writer-wins',
    edits: [
      {
        file: 'lib/store/fulfillment-orders.ts',
        code: "({ kind: 'version', version: order.version - 1 } as const)",
        becomes: "({ kind: 'none' } as const)",
      },
    ],
  },
  {
    name: 'fulfilment-is-not-noted',
    edits: [
      {
        file: 'lib/workflows/write-stages.ts',
        code: 'await this.#storeFulfilment(created.taskId);',
        becomes: '',
      },
      // Which would find it again by what was picked.
      {
        file: 'lib/domain/confirmation/own-fulfilment.ts',
        code: 'return held?.taskId ?? nextTask(sale, told);',
        becomes: 'return nextTask(sale, told);',
      },
    ],
  },
  {
    name: 'confirmed-before-written',
    edits: [
      {
        file: 'lib/workflows/confirm-shipment.ts',
        code: 'const outcome = await attempt(claimed, consignments, connection, mayAssume, deps);',
        becomes: `await recordOutcome(
          (current, packages) => ({
            ...current,
            version: current.version + 1,
            confirmation: { ...current.confirmation, state: 'confirmed', packages: packages.map(({ id }) => id) },
          }),
          claimed,
          consignments,
          deps,
        );
        const outcome = await attempt(claimed, consignments, connection, mayAssume, deps);`,
      },
    ],
  },
  {
    name: 'cursor-before-page',
    edits: [
      {
        file: 'lib/workflows/collect-shipments.ts',
        code: 'for (const news of newsByReference(page)) await tryToRecord',
        becomes:
          'await deps.cursors.save(JOB, connection, page.cursor);\n    for (const news of newsByReference(page)) await tryToRecord',
      },
      // Each pass begins some minutes before the last one, so it would read most of what was lost once more.
      {
        file: 'lib/providers/cartrover/collection-cursor.ts',
        code: 'const OVERLAP_MS = 15 * MINUTE_MS;',
        becomes: 'const OVERLAP_MS = 0;',
      },
      {
        file: 'lib/providers/extensiv/collection-cursor.ts',
        code: 'const OVERLAP_MS = 15 * MINUTE_MS;',
        becomes: 'const OVERLAP_MS = 0;',
      },
      {
        file: 'lib/providers/shipstation-v1/collection-cursor.ts',
        code: 'const OVERLAP_MS = 10 * MINUTE_MS;',
        becomes: 'const OVERLAP_MS = 0;',
      },
      {
        file: 'lib/providers/shipstation-v2/collection-cursor.ts',
        code: 'const OVERLAP_MS = 10 * 60_000;',
        becomes: 'const OVERLAP_MS = 0;',
      },
    ],
  },
  {
    name: 'failed-messages-are-deleted',
    edits: [
      {
        file: 'lib/runtime/queue-worker.ts',
        code: 'if (await finishGroup(records, ofGroup)) return;',
        becomes: 'await finishGroup(records, ofGroup);\n    return;',
      },
    ],
  },
  {
    name: 'slots-not-booked',
    edits: [
      {
        file: 'lib/runtime/shared-budget.ts',
        code: 'for (let refusals = 1; !(await this.#useSlot(giveUpAt, call)); refusals += 1) {',
        becomes: 'for (let refusals = 1; false; refusals += 1) {',
      },
    ],
  },
  {
    name: 'partial-stock-read',
    edits: [
      {
        file: 'lib/workflows/inventory/read-stock.ts',
        code: 'const reason = await readRows(location, sides, deps);',
        becomes: 'const reason = await readRows(location, sides, deps).catch(() => null);',
      },
    ],
  },
  {
    name: 'put-onto-split',
    edits: [
      {
        file: 'lib/providers/shipstation-v2/change-shipment.ts',
        code: 'if (!candidates.some((one) => hasGoodsOfOrder(current, one, settings))) {',
        becomes: 'if (false) {',
      },
    ],
  },
  {
    name: 'shipment-is-not-handed-on',
    edits: [
      {
        file: 'lib/workflows/collect-shipments.ts',
        code: 'await deps.confirmations.publish({ reference: order.reference });\n  tally.queued += 1;',
        becomes: 'tally.queued += 1;',
      },
    ],
  },
  {
    name: 'change-is-not-sent',
    edits: [
      {
        file: 'lib/workflows/dispatch-order.ts',
        code: 'await provider.update(submission.providerOrderId, inServiceUnits(content, lines), sentContents);',
        becomes: '',
      },
    ],
  },
  {
    name: 'bills-what-was-billed',
    edits: [
      {
        file: 'lib/domain/confirmation/billing.ts',
        code: 'const quantity = getPackedQuantity(line.key, packed);',
        becomes: 'const quantity = getPackedQuantity(line.key, [...packed, ...before]);',
      },
    ],
  },
  {
    name: 'new-order-beside-one-that-may-leave',
    edits: [
      {
        file: 'lib/domain/order/plan.ts',
        code: 'if (leaving !== undefined) return blockedBy(leaving);',
        becomes: '',
      },
    ],
  },
];
