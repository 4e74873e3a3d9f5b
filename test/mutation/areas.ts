/** What is mutated, and the tests that ought to notice. Paths are globs from the root; `!` takes a file out. */
export interface MutationArea {
  readonly name: string;
  readonly files: readonly string[];
  readonly tests: readonly string[];
}

const DOMAIN_TESTS = ['test/domain/**/*.test.ts', 'test/workflows/**/*.test.ts'];

const domain = (folder: string): MutationArea => ({
  name: `lib/domain/${folder}`,
  files: [`lib/domain/${folder}/*.ts`],
  tests: DOMAIN_TESTS,
});

const mappers = (
  provider: string,
  files: readonly string[],
  tests: readonly string[] = [],
): MutationArea => ({
  name: `lib/providers/${provider}`,
  files: files.map((file) => `lib/providers/${provider}/${file}.ts`),
  tests: [`test/providers/${provider}/*.test.ts`, `test/contract/${provider}.test.ts`, ...tests],
});

export const AREAS: readonly MutationArea[] = [
  domain('order'),
  domain('confirmation'),
  domain('sale'),
  {
    // The names of carriers are a table: one entry tells nothing about the next.
    ...domain('shipment'),
    files: ['lib/domain/shipment/*.ts', '!lib/domain/shipment/carrier-name.ts'],
  },
  domain('inventory'),
  domain('job'),
  domain('label'),
  {
    // Tables that a command makes from published sources, and a test compares with them.
    ...domain('address'),
    files: [
      'lib/domain/address/*.ts',
      '!lib/domain/address/country-tables.ts',
      '!lib/domain/address/country-names.ts',
    ],
  },
  {
    name: 'lib/domain/root',
    files: ['lib/domain/*.ts', '!lib/domain/rate-budget.ts'],
    tests: [...DOMAIN_TESTS, 'test/workflows/run-job.test.ts'],
  },
  {
    name: 'budget',
    files: ['lib/domain/rate-budget.ts', 'lib/store/slot-book.ts', 'lib/runtime/shared-budget.ts'],
    tests: [
      'test/domain/rate-budget.test.ts',
      'test/store/slot-book.test.ts',
      'test/runtime/shared-budget.test.ts',
      'test/simulation/rate-budget.test.ts',
    ],
  },
  {
    name: 'ledgers',
    files: [
      'lib/store/{fulfillment-orders,figures,job-runs,takeovers,set-aside-news,failed-attempts,put-record,outbox,provider-box}.ts',
      'lib/workflows/{submit-order,write-step,confirmation-outcomes}.ts',
    ],
    tests: ['test/store/*.test.ts', 'test/workflows/*.test.ts'],
  },
  mappers('shipstation-v2', [
    'order-mapper',
    'order-request',
    'shipment-mapper',
    'items',
    'tags',
    'parcel-reader',
    'classify-answer',
  ]),
  mappers('shipstation-v1', [
    'order-mapper',
    'parcel-mapper',
    'order-key',
    'pacific-time',
    'classify-answer',
  ]),
  mappers('shipstation-store', ['order-xml', 'ship-notice', 'store-time', 'line-item-id']),
  mappers(
    'cartrover',
    ['order-mapper', 'order-reader', 'parcels', 'stock', 'classify-answer'],
    [
      // It reads a backlog of days, which takes seconds and tells nothing more of the mappers.
      '!test/providers/cartrover/collect-shipments.test.ts',
    ],
  ),
  mappers('extensiv', [
    'order-mapper',
    'order-reader',
    'parcels',
    'representation',
    'warehouse-time',
    'rql',
    'stock',
    'classify-answer',
  ]),
  mappers('http', ['order-mapper', 'shipments']),
  mappers('files', [
    'csv',
    'xml',
    'fields',
    'format',
    'order-files',
    'shipments',
    'acknowledgements',
    'stock',
  ]),
];
