import type { BudgetClass } from '../domain/rate-budget.ts';
import {
  confirmationsPublisher,
  jobsPublisher,
  ordersPublisher,
  saleEventsPublisher,
} from '../messaging/publishers.ts';
import { type Settings, settingsSchema } from '../settings/schema.ts';
import { FileBucket, LabelFiles } from '../store/bucket.ts';
import { Calls } from '../store/calls.ts';
import { Catalogues, Fractions, ProductKinds } from '../store/catalogues.ts';
import { Figures } from '../store/figures.ts';
import { FulfillmentOrders } from '../store/fulfillment-orders.ts';
import type { UnreadableRow } from '../store/item-kinds.ts';
import { Cursors, JobRuns } from '../store/job-runs.ts';
import { Mappings, mapConnections } from '../store/mappings.ts';
import { Pauses } from '../store/pauses.ts';
import { createProviderBox } from '../store/provider-box.ts';
import { SaleContents } from '../store/sale-contents.ts';
import { Sales } from '../store/sales.ts';
import { SetAsideNews } from '../store/set-aside-news.ts';
import { DynamoDbSlotBook } from '../store/slot-book.ts';
import { DynamoDbTable } from '../store/table.ts';
import { connectionsNow, Takeovers, writeGuard } from '../store/takeovers.ts';
import { createDynamoDbClient, createSqsClient } from './aws-clients.ts';
import { type CallSubject, recordCalls } from './call-recorder.ts';
import { type EnvironmentOf, type FunctionName, readEnvironment } from './environment.ts';
import { createObservability } from './logger.ts';
import { readSettingsFile } from './receiver-settings.ts';
import { readSecret, webhookSecret } from './secrets.ts';
import { rateBudgets } from './shared-budget.ts';

type WorkerName = Exclude<FunctionName, 'receive-webhook' | 'serve-provider'>;
/** Each worker has the variables that its own environment names, and no others. */
type Variable = { [Name in WorkerName]: keyof EnvironmentOf<Name> & string }[WorkerName];

/** Made at the first call and kept for the container's life. */
function lazy<Service>(make: () => Service): () => Service {
  let made: { readonly service: Service } | undefined;
  return () => {
    made ??= { service: make() };
    return made.service;
  };
}

/**
 * The composition root of every function that a queue feeds. What only some of them use and is large is made from it in a
 * module of its own, so that the others do not load it: `createDear`, `createProviders`, `createJobs`, `DriftReports` and
 * `ReportFiles`.
 * The receiver has a smaller root, `receiver-services.ts`: DEAR waits for it, and this one would bring in DynamoDB and every
 * schema.
 */
export class Services {
  readonly settings: Settings;
  readonly connections: Settings['connections'];
  readonly observability = createObservability();
  readonly log = this.observability.log.event;
  readonly count = this.observability.count;
  readonly now = Date.now;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #budgetClass: BudgetClass;

  constructor(variables: Readonly<Record<string, string>>, settings: Settings, budgetClass: BudgetClass) {
    this.settings = settings;
    this.connections = settings.connections;
    this.#variables = variables;
    this.#budgetClass = budgetClass;
  }

  readonly sqs = lazy(createSqsClient);
  readonly #dynamoDb = lazy(createDynamoDbClient);
  readonly table = lazy(() => new DynamoDbTable(this.#dynamoDb(), this.get('TABLE_NAME')));

  readonly orders = lazy(
    () => new FulfillmentOrders(this.table(), this.now, this.settings.personalDataDays, this.noteUnreadable),
  );
  readonly sales = lazy(() => new Sales(this.table(), this.noteUnreadable));
  readonly saleContents = lazy(
    () => new SaleContents(this.table(), this.now, this.settings.personalDataDays, this.noteUnreadable),
  );
  readonly setAside = lazy(
    () => new SetAsideNews(this.table(), this.now, this.settings.personalDataDays, this.noteUnreadable),
  );
  readonly cursors = lazy(() => new Cursors(this.table()));
  readonly runs = lazy(() => new JobRuns(this.table(), this.noteUnreadable));
  readonly catalogues = lazy(() => new Catalogues(this.table(), this.noteUnreadable));
  readonly fractions = lazy(() => new Fractions(this.table(), this.now, this.noteUnreadable));
  readonly productKinds = lazy(() => new ProductKinds(this.table(), this.noteUnreadable));
  /** The connections as operators have mapped their names. */
  readonly mapped = lazy(() => mapConnections(this.connections, new Mappings(this.table()), this.now));
  readonly figures = lazy(
    () =>
      new Figures(this.table(), this.now, (error) =>
        this.observability.log.failure('figure.lost', error, {}),
      ),
  );
  readonly slots = lazy(() => new DynamoDbSlotBook(this.#dynamoDb(), this.get('TABLE_NAME')));
  readonly pauses = lazy(() => new Pauses(this.table(), this.settings.personalDataDays));

  /** Does work, and keeps its calls for the pages of its orders. See `recordCalls`. */
  readonly recordCalls = <Result>(subject: CallSubject, work: () => Promise<Result>): Promise<Result> => {
    const { now, log, settings } = this;
    const days = settings.callRetentionDays;
    const calls = days === 0 ? null : new Calls(this.table(), days);
    const onLost = (error: unknown) => this.observability.log.failure('calls.lost', error, {});
    return recordCalls(subject, { calls, now, log, onLost }, work);
  };

  readonly takeovers = lazy(() => new Takeovers(this.table()));
  /** The connections as operators have mapped their names, with the mode in which each works now. */
  readonly readConnections = async (mapped = this.mapped().recent) =>
    connectionsNow(await mapped(), this.takeovers());
  /** See `writeGuard`. */
  readonly mayWrite = (connection: string | null): Promise<void> =>
    writeGuard(this.connections, this.takeovers)(connection);

  /** What the provider of a connection keeps in the table. */
  readonly box = (connection: string) =>
    createProviderBox(
      connection,
      this.table(),
      this.now,
      this.settings.personalDataDays,
      this.noteUnreadable,
    );
  readonly labelFiles = lazy(() => new LabelFiles(new FileBucket(this.get('REPORTS_BUCKET'))));

  readonly saleEvents = lazy(() => saleEventsPublisher(this.sqs(), this.get('SALE_EVENTS_QUEUE_URL')));
  readonly fulfillment = lazy(() => ordersPublisher(this.sqs(), this.get('FULFILLMENT_QUEUE_URL')));
  readonly confirmations = lazy(() =>
    confirmationsPublisher(this.sqs(), this.get('CONFIRMATIONS_QUEUE_URL')),
  );
  readonly jobs = lazy(() => jobsPublisher(this.sqs(), this.get('JOBS_QUEUE_URL')));

  /** This function's part in the call budgets of all accounts. */
  readonly budgets = lazy(() => rateBudgets(this.#dynamoDb(), this.get('TABLE_NAME'), this.#budgetClass));

  /** The token by which DEAR's webhooks are known. */
  readonly webhookToken = async (): Promise<string> =>
    (await readSecret(this.get('WEBHOOK_SECRET_ID'), webhookSecret)).current;

  /** @throws {Error} where the function's own environment does not name the variable */
  get(variable: Variable): string {
    const value = this.#variables[variable];
    if (value === undefined) throw new Error(`The environment of this function has no ${variable}`);
    return value;
  }

  /** Counts and logs a row that is left out. */
  readonly noteUnreadable = ({ kind, reference, why }: UnreadableRow): void => {
    this.log('record.unreadable', { kind, reference, why });
    this.count('RecordUnreadable');
  };
}

/**
 * @param name of the function, whose environment is checked here
 * @param beside `import.meta.url` of the function: the settings are delivered beside its code
 */
export function createServices(name: WorkerName, budgetClass: BudgetClass, beside: string): Services {
  return new Services(readEnvironment(name), settingsSchema.parse(readSettingsFile(beside)), budgetClass);
}
