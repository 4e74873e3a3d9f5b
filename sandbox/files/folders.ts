import { mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Timeline } from '../kit/timeline.ts';
import { csvLayout, type Layout, type Row } from './layout.ts';
import { newId, type ParcelRow, type Warehouse } from './state.ts';
import { type Answer, takeOrders } from './warehouse-rules.ts';

export const FOLDERS = ['orders', 'orders/archive', 'shipments', 'acknowledgements', 'stock'] as const;

interface FoldersOptions {
  readonly root: string;
  readonly warehouse: Warehouse;
  readonly timeline: Timeline;
  readonly layout: Layout;
}

const PARCEL_COLUMNS = [
  'orderReference',
  'parcelId',
  'trackingNumber',
  'carrier',
  'service',
  'shippedAt',
  'lineKey',
  'sku',
  'quantity',
  'status',
  'site',
];

/** What a warehouse's programs do with the folders that it shares: they read orders, and write all else. */
export class Folders {
  readonly #options: FoldersOptions;

  constructor(options: FoldersOptions) {
    this.#options = options;
    for (const folder of FOLDERS) mkdirSync(join(options.root, folder), { recursive: true });
  }

  /** Takes the order files that are there, moves them away and answers them. */
  readOrders(): void {
    const { root, warehouse, timeline, layout } = this.#options;
    const names = readdirSync(join(root, 'orders')).filter((name) => name.endsWith(layout.ending));
    for (const name of names.sort()) {
      const rows = layout.readOrders(readFileSync(join(root, 'orders', name)));
      const answers = warehouse.change((state) => takeOrders(state, rows, timeline.now()));
      renameSync(join(root, 'orders', name), join(root, 'orders/archive', name));
      this.answer(answers);
    }
  }

  answer(answers: readonly Answer[]): void {
    const rows = answers.map(({ reference, result, text }) => ({ order: reference, result, text }));
    this.#write('acknowledgements', 'ACK', rows, ['order', 'result', 'text']);
  }

  /** Reports a parcel as it is now, with the habits of the settings. */
  reportParcel({ id, trackingNumber, ...parcel }: ParcelRow): void {
    const { warehouse, timeline } = this.#options;
    const { lateMs, deliversTwice } = warehouse.state().settings;
    const rows = parcel.lines.map(({ key, sku, quantity }) => ({
      orderReference: parcel.reference,
      parcelId: id,
      trackingNumber,
      carrier: 'ups',
      service: 'ups_ground',
      shippedAt: parcel.shippedAt,
      lineKey: key,
      sku,
      quantity: String(quantity),
      status: parcel.status,
      site: parcel.warehouse,
    }));
    const report = () => {
      for (let time = 0; time < (deliversTwice ? 2 : 1); time += 1)
        this.#write('shipments', 'SHIP', rows, PARCEL_COLUMNS);
    };
    if (lateMs === 0) report();
    else timeline.after(lateMs, report);
  }

  reportStock(): void {
    const { warehouse, layout } = this.#options;
    if (layout !== csvLayout) return;
    const rows = warehouse.state().stock.map(({ sku, onHand, place }) => ({
      item: sku,
      qty: String(onHand),
      site: place === 'elsewhere' ? 'OTHER' : 'MAIN',
    }));
    this.#write('stock', 'STOCK', rows, ['item', 'qty', 'site']);
  }

  /** Writes a text as a file that a test made itself. */
  put(folder: string, name: string, bytes: Buffer): void {
    const path = join(this.#options.root, folder, name);
    writeFileSync(`${path}.part`, bytes);
    this.#finish(`${path}.part`, path);
  }

  #write(folder: string, prefix: string, rows: readonly Row[], columns: readonly string[]): void {
    const { root, warehouse, timeline, layout } = this.#options;
    const id = warehouse.change((state) => newId(state, ''));
    const bytes = layout.write(rows, columns, Number(id));
    const name = `${prefix}_${id.padStart(8, '0')}${layout.ending}`;
    const { slowMs } = warehouse.state().settings;
    if (slowMs === null) {
      this.put(folder, name, bytes);
      return;
    }
    const path = join(root, folder, name);
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
    timeline.after(slowMs, () => {
      writeFileSync(path, bytes);
      this.#finish(path, path);
    });
  }

  #finish(from: string, to: string): void {
    const seconds = this.#options.timeline.now() / 1000;
    utimesSync(from, seconds, seconds);
    renameSync(from, to);
  }
}
