import { AUDIT_ENTRY } from '../../lib/store/audit.ts';
import { BULK_ACT, BULK_OUTCOME, BULK_SUMMARY } from '../../lib/store/bulk-acts.ts';
import { CALLS } from '../../lib/store/calls.ts';
import { CATALOGUE, CATALOGUE_BUCKET, FRACTION, PRODUCT_KIND } from '../../lib/store/catalogues.ts';
import { DRIFT_REPORT } from '../../lib/store/drift-reports.ts';
import { FAILED_ATTEMPTS } from '../../lib/store/failed-attempts.ts';
import { DAY_FIGURES, WAITING_FIGURES } from '../../lib/store/figures.ts';
import { ORDER, ORDER_CONTENT, ORDER_TEXTS, TRACKING_NUMBER } from '../../lib/store/fulfillment-orders.ts';
import type { ItemKind, ItemName } from '../../lib/store/item-kinds.ts';
import { CURSOR, EXPECTED_JOBS, JOB_RUN } from '../../lib/store/job-runs.ts';
import { MAPPINGS } from '../../lib/store/mappings.ts';
import { ORDER_TERM, SEEN_VALUE } from '../../lib/store/order-search.ts';
import { OUTBOX_CHANGE, OUTBOX_ENTRY, OUTBOX_FETCH } from '../../lib/store/outbox.ts';
import { PAUSE, PAUSE_REASON } from '../../lib/store/pauses.ts';
import { INBOX_ARRIVAL, INBOX_PAYLOAD, INBOX_PROBLEM } from '../../lib/store/provider-box.ts';
import { RESTORE } from '../../lib/store/restores.ts';
import { SALE_CONTENT, SALE_TERM } from '../../lib/store/sale-contents.ts';
import { SALE, SALE_NUMBER } from '../../lib/store/sales.ts';
import { SET_ASIDE_NEWS } from '../../lib/store/set-aside-news.ts';
import { CALL_BUDGET } from '../../lib/store/slot-book.ts';
import { ADOPTED_NUMBER, CUTOVER } from '../../lib/store/takeovers.ts';

/** Every kind of stored item, by its name. */
export const KINDS: Readonly<Record<ItemName, ItemKind<unknown>>> = {
  order: ORDER,
  'order content': ORDER_CONTENT,
  'order texts': ORDER_TEXTS,
  'tracking number': TRACKING_NUMBER,
  'order term': ORDER_TERM,
  'seen value': SEEN_VALUE,
  sale: SALE,
  'sale number': SALE_NUMBER,
  'sale content': SALE_CONTENT,
  'sale term': SALE_TERM,
  'set-aside news': SET_ASIDE_NEWS,
  catalogue: CATALOGUE,
  'catalogue bucket': CATALOGUE_BUCKET,
  fraction: FRACTION,
  'product kind': PRODUCT_KIND,
  'drift report': DRIFT_REPORT,
  'job run': JOB_RUN,
  'expected jobs': EXPECTED_JOBS,
  cursor: CURSOR,
  mappings: MAPPINGS,
  'day figures': DAY_FIGURES,
  'waiting figures': WAITING_FIGURES,
  pause: PAUSE,
  cutover: CUTOVER,
  'adopted number': ADOPTED_NUMBER,
  'pause reason': PAUSE_REASON,
  'audit entry': AUDIT_ENTRY,
  'bulk act': BULK_ACT,
  'bulk outcome': BULK_OUTCOME,
  'bulk summary': BULK_SUMMARY,
  restore: RESTORE,
  'failed attempts': FAILED_ATTEMPTS,
  calls: CALLS,
  'call budget': CALL_BUDGET,
  'outbox change': OUTBOX_CHANGE,
  'outbox entry': OUTBOX_ENTRY,
  'outbox fetch': OUTBOX_FETCH,
  'inbox payload': INBOX_PAYLOAD,
  'inbox arrival': INBOX_ARRIVAL,
  'inbox problem': INBOX_PROBLEM,
};
