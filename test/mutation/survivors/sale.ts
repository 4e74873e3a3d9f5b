import type { Group } from './group.ts';

const ALLOTMENT = 'lib/domain/sale/allotment.ts';
const STAGE_ALLOTMENT = 'lib/domain/sale/stage-allotment.ts';
const STAGE_DEMANDS = 'lib/domain/sale/stage-demands.ts';
const RULES = 'lib/domain/sale/rules.ts';

export const SALE: readonly Group[] = [
  {
    reason: 'A default for what the types allow and no caller passes.',
    mutants: [
      [ALLOTMENT, 'rows[own]?.line', 'rows[own].line'],
      [ALLOTMENT, 'own[0]?.line', 'own[0].line'],
      [ALLOTMENT, '[]', '["Stryker was here"]', 'byProduct.get(productId) ?? []'],
      [ALLOTMENT, '[]', '["Stryker was here"]', 'lines: shares.get(order) ?? []'],
      [ALLOTMENT, "''", '"Stryker was here!"', 'own[0]?.line.sku'],
      [STAGE_ALLOTMENT, '[]', '["Stryker was here"]', 'byName.get(name) ?? []'],
      [STAGE_DEMANDS, 'pieces[0]?.line', 'pieces[0].line'],
      [STAGE_DEMANDS, 'first === undefined', 'false'],
    ],
  },
  {
    reason: 'Equivalent: a piece of nothing is left out afterwards.',
    mutants: [[STAGE_ALLOTMENT, 'part <= 0', 'part < 0']],
  },
  {
    reason: 'Equivalent: nothing is taken of a row that does not exist.',
    mutants: [[ALLOTMENT, '[]', '["Stryker was here"]', 'isSame ? [own] : []']],
  },
  {
    reason: 'Equivalent: the value is only kept so that it is not calculated again.',
    mutants: [
      [RULES, 'known.set(sku, choice);', ';'],
      [STAGE_DEMANDS, 'this.#choosers.set(key, chooser);', ';'],
    ],
  },
  {
    reason: 'A word or a mark in a sentence for people.',
    mutants: [[RULES, "'….'", '""']],
  },
];
