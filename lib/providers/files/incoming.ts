import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Inbox } from '../../domain/ports/provider-box.ts';
import type { ReportedShipment, WithdrawnPackage } from '../../domain/shipment/package.ts';
import type { UnreadableParcel } from '../provider.ts';
import { readCsv, type Table, UnreadableFile } from './csv.ts';
import { getFormat } from './format.ts';
import type { FilesSettings, IncomingSettings } from './settings.ts';
import { decode } from './text-encoding.ts';
import { type FoundFile, joinPath, type Transfer } from './transfer.ts';
import { readXml } from './xml.ts';

const reportedLine = z.object({
  key: z.string(),
  sku: z.string(),
  quantity: z.number(),
  batch: z.string(),
  expiry: z.string(),
});
const shipment = z.object({
  id: z.string(),
  reference: z.string(),
  providerOrderId: z.string(),
  trackingNumbers: z.array(z.string()),
  carrier: z.string(),
  service: z.string(),
  shippedAt: z.string(),
  cost: z.object({ amount: z.number(), currency: z.string() }).nullable(),
  warehouse: z.string(),
  contents: z.union([z.literal('remaining'), z.array(reportedLine)]),
});
const news = z.object({
  shipments: z.array(shipment),
  withdrawn: z.array(z.object({ reference: z.string(), id: z.string(), cause: z.literal('voided') })),
  unreadable: z.array(z.object({ id: z.string(), why: z.string() })),
});

/** What some rows of a file say. Its form is that of the inbox's text. */
export interface News {
  readonly shipments: readonly ReportedShipment[];
  readonly withdrawn: readonly WithdrawnPackage[];
  readonly unreadable: readonly UnreadableParcel[];
}

export function parseNews(body: string): News {
  return news.parse(JSON.parse(body));
}

/** Name of a file → its size and time at the last look. */
export type Looks = Readonly<Record<string, string>>;

/** A file that is known to be whole. */
export interface IncomingFile extends FoundFile {
  /** Of its marker; '' where it has none. */
  readonly marker: string;
}

/** The files of a kind that are whole, oldest first, and what the next look has to compare with. */
export async function findFiles(
  transfer: Transfer,
  { folder, files, complete }: IncomingSettings,
  looks: Looks,
): Promise<{ readonly ready: readonly IncomingFile[]; readonly looks: Looks }> {
  const all = await transfer.list(folder);
  const names = new Set(all.map(({ name }) => name));
  const pattern = toPattern(files);
  const candidates = all.filter(({ name }) => pattern.test(name) && !name.endsWith(complete));
  const isUnchanged = (file: FoundFile) => looks[file.name] === toLook(file);
  const ready = candidates
    .flatMap((file) => {
      const marker = findMarker(file.name, complete, names);
      const isWhole = marker !== null && (complete !== 'unchanged' || isUnchanged(file));
      return isWhole ? [{ ...file, marker }] : [];
    })
    .sort((a, b) => a.changedAt - b.changedAt || (a.name < b.name ? -1 : 1));
  const waiting = complete === 'unchanged' ? candidates.filter((file) => !isUnchanged(file)) : [];
  return { ready, looks: Object.fromEntries(waiting.map((file) => [file.name, toLook(file)])) };
}

/**
 * The marker of a file: with its ending behind the name of the file, or in place of the file's own.
 * @returns '' where files have none; null where it is not there
 */
function findMarker(name: string, complete: string, names: ReadonlySet<string>): string | null {
  if (!complete.startsWith('.')) return '';
  const stem = name.replace(/\.[^.]*$/, '');
  return [`${name}${complete}`, `${stem}${complete}`].find((marker) => names.has(marker)) ?? null;
}

function toPattern(glob: string): RegExp {
  const parts = glob.split('*').map((part) => RegExp.escape(part).replaceAll('\\?', '.'));
  return new RegExp(`^${parts.join('.*')}$`, 'i');
}

function toLook({ size, changedAt }: FoundFile): string {
  return `${size} ${changedAt}`;
}

/** More would not fit into a function beside the rest. */
const MAX_BYTES = 20 * 1024 * 1024;

interface ReadFile {
  /** The same for the same file under the same settings: a mapping that was mended reads it again. */
  readonly id: string;
  /** Without rows that the settings leave out. */
  readonly table: Table;
}

/**
 * @returns null where the file is changing at this moment
 * @throws {UnreadableFile}
 */
export async function readFile(
  transfer: Transfer,
  file: IncomingFile,
  section: IncomingSettings,
  settings: Pick<FilesSettings, 'format'>,
): Promise<ReadFile | null> {
  if (file.size > MAX_BYTES) throw new UnreadableFile(`it has more than ${MAX_BYTES} bytes`);
  const bytes = await transfer.read(joinPath(section.folder, file.name));
  if (bytes.length !== file.size) return null;
  const format = getFormat(settings, section);
  const text = decode(bytes, format);
  if (text === null) throw new UnreadableFile(`it is not written in ${format.encoding}`);
  const { columns, only } = section;
  const required = [...Object.values(columns), ...Object.keys(only)].filter((name) => name !== undefined);
  const table = format.kind === 'csv' ? readCsv(text, { required, only }, format) : readXml(text, format);
  const isMeant = (row: Table['rows'][number]) =>
    Object.entries(only).every(([column, value]) => row.get(column) === value);
  return {
    id: toId(file, bytes, [section, format]),
    table: { rows: table.rows.filter(isMeant), problems: table.problems },
  };
}

function toId({ name, size }: FoundFile, bytes: Buffer, settings: unknown): string {
  const content = createHash('sha256').update(bytes).digest('hex');
  return createHash('sha256')
    .update(JSON.stringify([name, size, content, settings]))
    .digest('hex')
    .slice(0, 32);
}

/** Moves a file out of the way, with its marker. It keeps its ending, and the id makes its name unique. */
export async function putAway(
  transfer: Transfer,
  { folder }: IncomingSettings,
  { name, marker }: IncomingFile,
  to: string,
  id: string,
): Promise<void> {
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  const kept = `${stem}.${id.slice(0, 12)}${ending}`;
  // The marker last: without it the file would never be looked at again.
  await transfer.move(folder, name, { folder: to, name: kept });
  if (marker !== '') await transfer.move(folder, marker, { folder: to, name: `${kept}.marker` });
}

interface ReadOptions {
  readonly settings: Pick<FilesSettings, 'format'>;
  readonly inbox: Inbox;
  readonly looks: Looks;
}

/**
 * Takes what every file of a kind says into the inbox, each once, and moves it to the archive after that: a run that ends between
 * the two moves it the next time and takes nothing twice. A file that cannot be read is put aside.
 * @param toNews may be called again for the same file
 * @returns the looks for the next time
 */
export async function readFiles(
  transfer: Transfer,
  section: IncomingSettings,
  { settings, inbox, looks }: ReadOptions,
  toNews: (file: IncomingFile, read: ReadFile) => Promise<readonly News[]>,
): Promise<Looks> {
  const found = await findFiles(transfer, section, looks);
  for (const file of found.ready) {
    try {
      const read = await readFile(transfer, file, section, settings);
      if (read === null) continue;
      const parts = await toNews(file, read);
      for (const [index, part] of parts.entries()) await keep(inbox, `${read.id}-${index}`, part);
      await putAway(transfer, section, file, section.archive, read.id);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      const id = createHash('sha256')
        .update(JSON.stringify([file, section]))
        .digest('hex');
      const unreadable = [{ id: file.name, why: `${error.message}; it is in ${section.unreadable}` }];
      await keep(inbox, id, { shipments: [], withdrawn: [], unreadable });
      await putAway(transfer, section, file, section.unreadable, id);
    }
  }
  return found.looks;
}

async function keep(inbox: Inbox, id: string, news: News): Promise<void> {
  const isEmpty = news.shipments.length + news.withdrawn.length + news.unreadable.length === 0;
  if (!isEmpty) await inbox.keep(id, JSON.stringify(news));
}
