import { CARTROVER } from './survivors/cartrover.ts';
import { CONFIRMATION } from './survivors/confirmation.ts';
import { EXTENSIV } from './survivors/extensiv.ts';
import { FILES } from './survivors/files.ts';
import type { Group } from './survivors/group.ts';
import { HTTP } from './survivors/http.ts';
import { LEDGERS } from './survivors/ledgers.ts';
import { ORDER } from './survivors/order.ts';
import { OTHER_DOMAIN } from './survivors/other-domain.ts';
import { ROOT } from './survivors/root.ts';
import { SALE } from './survivors/sale.ts';
import { SHIPMENT } from './survivors/shipment.ts';
import { SHIPSTATION } from './survivors/shipstation.ts';

/** Why mutants survive that no test can notice, or that no person would: in groups of the same reason. */
const GROUPS: readonly Group[] = [
  ...CARTROVER,
  ...CONFIRMATION,
  ...EXTENSIV,
  ...FILES,
  ...HTTP,
  ...LEDGERS,
  ...ORDER,
  ...OTHER_DOMAIN,
  ...ROOT,
  ...SALE,
  ...SHIPMENT,
  ...SHIPSTATION,
];

/**
 * @param line of the source, on which the original text begins
 * @returns null where no reason is given: a test is missing
 */
export function findReason(path: string, original: string, replacement: string, line: string): string | null {
  const isIt = ([file, from, to, within = '']: Group['mutants'][number]) =>
    file === path && from === original && to === toOneLine(replacement) && line.includes(within);
  return GROUPS.find(({ mutants }) => mutants.some(isIt))?.reason ?? null;
}

/** The mutation tool prints arrow functions without the brackets that the source has. */
function toOneLine(replacement: string): string {
  return replacement.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/\((\w+) => /g, '(($1) => ');
}
