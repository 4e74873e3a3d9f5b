import * as z from 'zod';
import {
  ACKNOWLEDGEMENT_FIELDS,
  ANSWERS,
  COLUMN_FIELDS,
  DATE_FORMS,
  parseColumn,
  SHIPMENT_FIELDS,
  STOCK_FIELDS,
} from './format.ts';

/** Where the files are, as the setting `server` names it. */
export type Place =
  | { readonly kind: 'sftp'; readonly host: string; readonly port: number; readonly username: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string; readonly region: string };

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** @returns null where the text names neither a server nor a bucket */
export function parsePlace(server: string): Place | null {
  if (!URL.canParse(server)) return null;
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(server);
  const path = decodeURIComponent(pathname).replace(/^\/+|\/+$/g, '');
  if (protocol === 'sftp:') {
    const isWhole = hostname !== '' && username !== '' && password === '' && path === '';
    return isWhole
      ? { kind: 'sftp', host: hostname, port: Number(port || 22), username: decodeURIComponent(username) }
      : null;
  }
  if (protocol !== 's3:' || !BUCKET.test(hostname) || path.includes('*')) return null;
  const region = searchParams.get('region') ?? '';
  return { kind: 's3', bucket: hostname, prefix: path === '' ? '' : `${path}/`, region };
}

const text = () => z.string().min(1);
/** Relative to the user's folder, or to the prefix in the bucket. */
const folder = () => z.string().regex(/^[^*?]*[^*?/]$|^\.$/, 'is a folder without a slash at its end');
const name = (...parts: readonly string[]) =>
  text()
    .regex(/^[^/\\]+$/, 'is a file name without folders')
    .refine(
      (template) => parts.every((part) => template.includes(part)),
      `has to contain ${parts.join(' and ')}`,
    );

/** See `FileFormat`; each kind of file may differ from the others. */
const format = () =>
  z
    .strictObject({
      kind: z.enum(['csv', 'xml']),
      encoding: z.enum(['utf-8', 'utf-8-bom', 'windows-1252']),
      delimiter: z.string().length(1),
      lineEnd: z.enum(['crlf', 'lf']),
      header: z.boolean(),
      quotes: z.enum(['needed', 'always']),
      escapeFormulas: z.boolean(),
      decimalMark: z.enum(['.', ',']),
      dates: z.enum(DATE_FORMS),
      root: text(),
      order: text(),
      line: text(),
      rows: text(),
    })
    .partial();

const columns = () =>
  z.record(
    text(),
    z
      .string()
      .refine(
        (column) => parseColumn(column) !== null,
        `is a constant such as '=NEW', or one of: ${COLUMN_FIELDS.join(', ')}; with ':35' it is cut`,
      ),
  );

const orders = () =>
  z.strictObject({
    folder: folder().default('orders'),
    takenFolders: z.array(folder()).default(['orders/archive']),
    fileName: name('{reference}', '{action}', '{number}').default('{action}-{reference}-{number}.csv'),
    temporaryName: name('{name}').default('{name}.tmp'),
    batchMinutes: z.int().min(0).max(1440).default(0),
    batchName: name('{batch}').default('orders-{batch}.csv'),
    columns: columns().default({
      action: 'action',
      orderReference: 'reference',
      orderDate: 'orderDate',
      shipBy: 'shipBy',
      customerReference: 'customerReference',
      name: 'shipTo.name',
      company: 'shipTo.company',
      street: 'shipTo.line1',
      street2: 'shipTo.line2',
      city: 'shipTo.city',
      state: 'shipTo.state',
      postcode: 'shipTo.postcode',
      country: 'shipTo.country',
      email: 'email',
      phone: 'phone',
      service: 'shippingMethod',
      notes: 'notes',
      lineKey: 'line.key',
      sku: 'line.sku',
      description: 'line.name',
      quantity: 'line.quantity',
      batch: 'line.batch',
      expiry: 'line.expiry',
    }),
    actions: z
      .strictObject({ submit: text(), change: text().exactOptional(), cancel: text().exactOptional() })
      .default({ submit: 'NEW' }),
    format: format().exactOptional(),
  });

/** What every kind of incoming file has. */
const incoming = (fields: readonly string[], required: readonly string[], own: string, names: string) => ({
  folder: folder().default(own),
  files: text().default(names),
  archive: folder().default(`${own}/archive`),
  unreadable: folder().default(`${own}/unreadable`),
  complete: z
    .string()
    .regex(
      /^(unchanged|renamed|\.[\w.]+)$/,
      "is 'unchanged', 'renamed' or the ending of a marker file: '.ok'",
    )
    .default('unchanged'),
  columns: z
    .partialRecord(z.enum(fields), text())
    .refine(
      (map) => required.every((field) => map[field] !== undefined),
      `has to map ${required.join(', ')}`,
    ),
  only: z.record(text(), z.string()).default({}),
  format: format().exactOptional(),
});

/** Files that are moved within one folder would be read again and again. */
const areApart = (section: {
  readonly folder: string;
  readonly archive: string;
  readonly unreadable: string;
}) => section.archive !== section.folder && section.unreadable !== section.folder;
const APART = 'archive and unreadable have to be other folders than folder';

const shipments = () =>
  z
    .strictObject({
      ...incoming(SHIPMENT_FIELDS, ['reference'], 'shipments', '*.csv'),
      columns: incoming(SHIPMENT_FIELDS, ['reference'], '', '').columns.default({
        reference: 'orderReference',
        parcelId: 'parcelId',
        trackingNumber: 'trackingNumber',
        carrier: 'carrier',
        service: 'service',
        shippedAt: 'shippedAt',
        lineKey: 'lineKey',
        sku: 'sku',
        quantity: 'quantity',
        batch: 'batch',
        expiry: 'expiry',
      }),
      voided: z.string().default(''),
      costCurrency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'is no currency code such as USD')
        .default('USD'),
    })
    .refine(areApart, APART);

const acknowledgements = () =>
  z
    .strictObject({
      ...incoming(ACKNOWLEDGEMENT_FIELDS, ['reference', 'status'], 'acknowledgements', '*.csv'),
      statuses: z.record(text(), z.enum(ANSWERS)),
    })
    .refine(areApart, APART);

const stock = () =>
  z
    .strictObject({
      ...incoming(STOCK_FIELDS, ['sku', 'onHand'], 'stock', '*.csv'),
      maxAgeHours: z.int().min(1).max(720).default(48),
    })
    .refine(areApart, APART);

export type ShipmentsSettings = z.output<ReturnType<typeof shipments>>;
export type AcknowledgementsSettings = z.output<ReturnType<typeof acknowledgements>>;
export type StockSettings = z.output<ReturnType<typeof stock>>;
/** Which files are taken, and how they are read. */
export type IncomingSettings = Pick<
  StockSettings,
  'folder' | 'files' | 'archive' | 'unreadable' | 'complete' | 'only'
> & {
  readonly columns: Readonly<Partial<Record<string, string>>>;
  readonly format?: z.output<ReturnType<typeof format>> | undefined;
};

/** The settings of provider `files`, besides those of every connection. */
export const filesSettings = () => ({
  server: z
    .string()
    .refine(
      (server) => server === 'sandbox' || parsePlace(server) !== null,
      "has to be 'sftp://user@host:22' without a password, or 's3://bucket/prefix?region=eu-west-1'",
    )
    .describe(
      'Where the files are: `sftp://user@host:22` or `s3://bucket/prefix?region=eu-west-1`; `sandbox` is the built-in one of `npm start`.',
    ),
  hostKey: z
    .string()
    .regex(/^(SHA256:[A-Za-z0-9+/]{43}(\s+|$))*$/, 'is a fingerprint: SHA256: and 43 characters')
    .default('')
    .describe(
      'Fingerprint of the SFTP server’s host key, as its owner names it; `bridge init` and `bridge doctor` print the one seen. Two with a blank between them while it is replaced.',
    ),
  format: format()
    .default({})
    .describe(
      'How files are written: `kind` (`csv`, `xml`), `encoding` (`utf-8`, `utf-8-bom`, `windows-1252`), `delimiter`, `lineEnd` (`crlf`, `lf`), `header`, `quotes` (`needed`, `always`), `escapeFormulas`, `decimalMark`, `dates`; for XML `root`, `order` and `line` of orders, and `rows` of what is read. Each kind of file may have a `format` of its own.',
    ),
  orders: orders()
    .prefault({})
    .describe(
      'Order files: `folder`; `takenFolders`, to which the warehouse moves them; `fileName`, `temporaryName`; `batchMinutes` (0: a file for each order), `batchName`; `columns`; `actions`, the words for a new, changed and cancelled order. Without a word for it an order is neither changed nor cancelled.',
    ),
  shipments: shipments()
    .prefault({})
    .describe(
      'Shipment files: `folder`, `files` (a name with `*`), `archive`, `unreadable`; `complete`, how a file is known to be whole: `unchanged` between two looks, `renamed` once it is, or the ending of a marker file; `columns`; `only`, values of columns that a row must have; `voided`, the status of a parcel that did not leave after all; `costCurrency`.',
    ),
  acknowledgements: acknowledgements()
    .nullable()
    .default(null)
    .describe(
      'Files in which the warehouse answers, read as shipment files are; `statuses`: its words → `accepted`, `changed`, `cancelled`, `too-late` or `refused`. `null`: it does not answer.',
    ),
  stock: stock()
    .nullable()
    .default(null)
    .describe(
      'Files with all of the stock, of which the newest counts; `maxAgeHours`, after which it is too old. `null`: there are none.',
    ),
});
export type FilesSettings = z.output<z.ZodObject<ReturnType<typeof filesSettings>>>;

/** All of them are optional: a bucket needs none. */
export const filesSecret = () =>
  z.object({
    password: z.string().default(''),
    privateKey: z.string().default(''),
    passphrase: z.string().default(''),
  });
export type FilesSecret = z.output<ReturnType<typeof filesSecret>>;
