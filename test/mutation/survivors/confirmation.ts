import type { Group } from './group.ts';

const DUE_DATE = 'lib/domain/confirmation/due-date.ts';
const LOSS = 'lib/domain/confirmation/loss-in-dear.ts';
const PACKING = 'lib/domain/confirmation/packing.ts';
const ANY = '"Stryker was here!"';
const ANY_LIST = '["Stryker was here"]';

export const CONFIRMATION: readonly Group[] = [
  {
    reason: 'A default for what the types allow and no caller passes.',
    mutants: [
      ['lib/domain/confirmation/correction-in-dear.ts', "''", ANY, 'corrected[0]?.box.shippedAt'],
      [LOSS, 'box.shownIn?.box', 'box.shownIn.box'],
      [LOSS, 'first.shownIn?.taskId', 'first.shownIn.taskId'],
      [LOSS, 'fulfilment !== undefined', 'true', 'isOpen(fulfilment.number)'],
      [DUE_DATE, "''", ANY, "bareDays, rest = ''"],
      [PACKING, '[]', ANY_LIST, 'line === undefined'],
      [PACKING, '[]', ANY_LIST, 'first === undefined'],
    ],
  },
  {
    reason: 'Equivalent: an unknown text says neither net nor a discount, as the empty one says neither.',
    mutants: [
      [DUE_DATE, "''", ANY, 'AFTER_NET.exec'],
      [DUE_DATE, '[]', ANY_LIST, 'AFTER_NET.exec'],
    ],
  },
];
