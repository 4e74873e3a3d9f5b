import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Annotations, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { FunctionName } from '../runtime/environment.ts';
import { batchesAtOnce } from '../runtime/job-schedules.ts';
import { BridgeFunction, type FunctionDefaults, QueueFunction } from './bridge-function.ts';
import type { BridgeQueues } from './bridge-queues.ts';
import {
  acknowledgeFiles,
  type BucketPart,
  exchangeFiles,
  keepBoxes,
  keepBudgets,
  keepBudgetsAndFigures,
  list,
  listBoxes,
  listFractions,
  measure,
  read,
  readAndWrite,
  readLabels,
  sendTo,
  writeLabels,
  writeReports,
} from './permissions.ts';
import type { BridgeSecrets } from './secrets.ts';
import type { BridgeTable, ReportsBucket } from './storage.ts';

interface BridgeFunctionsProps {
  readonly defaults: FunctionDefaults;
  readonly table: BridgeTable;
  readonly queues: BridgeQueues;
  readonly secrets: BridgeSecrets;
  /** Of the queues and of the schedules. */
  readonly deadLetterQueues: readonly IQueue[];
  /** Where DEAR calls us; may be known only once the template is written. */
  readonly dearWebhookUrl: string;
  readonly reports: ReportsBucket;
  /** What any provider of the settings uses; the rest is not allowed. */
  readonly uses: {
    readonly boxes: boolean;
    readonly labels: boolean;
    readonly stock: boolean;
    /** Parts of other buckets. */
    readonly buckets: readonly BucketPart[];
  };
  /** Concurrent executions that only webhooks may use; 0: none. */
  readonly reservedForWebhooks: number;
}

/** Event source, environment and permissions of each function. */
export class BridgeFunctions extends Construct {
  readonly receiveWebhook: BridgeFunction<'receive-webhook'>;
  readonly serveProvider: BridgeFunction<'serve-provider'>;
  readonly reconcileSale: QueueFunction<'reconcile-sale'>;
  readonly dispatchOrder: QueueFunction<'dispatch-order'>;
  readonly confirmShipment: QueueFunction<'confirm-shipment'>;
  readonly runJob: QueueFunction<'run-job'>;
  readonly #batches: ReturnType<typeof batchesAtOnce>;

  constructor(scope: Construct, id: string, props: BridgeFunctionsProps) {
    super(scope, id);
    if (props.reservedForWebhooks > 0) this.#sayWhatIsReserved(props.reservedForWebhooks);
    this.#batches = batchesAtOnce(props.secrets.connections.length);
    this.receiveWebhook = this.#receiveWebhook(props);
    this.serveProvider = this.#serveProvider(props);
    this.reconcileSale = this.#reconcileSale(props);
    this.dispatchOrder = this.#dispatchOrder(props);
    this.confirmShipment = this.#confirmShipment(props);
    this.runJob = this.#runJob(props);
  }

  get all(): ReadonlyArray<BridgeFunction<FunctionName>> {
    return [
      this.receiveWebhook,
      this.serveProvider,
      this.reconcileSale,
      this.dispatchOrder,
      this.confirmShipment,
      this.runJob,
    ];
  }

  /** The template knows no account, and AWS refuses the deployment halfway. */
  #sayWhatIsReserved(count: number): void {
    const text = `aws.reservedForWebhooks reserves ${count} concurrent executions: AWS refuses it where fewer than 100 would be left to the account's other functions. bridge doctor shows what the account has.`;
    Annotations.of(this).addInfoV2('dear-fulfillment-bridge:reserved', text);
  }

  #receiveWebhook({
    queues,
    secrets,
    defaults,
    reservedForWebhooks,
  }: BridgeFunctionsProps): BridgeFunction<'receive-webhook'> {
    return new BridgeFunction(this, 'ReceiveWebhook', {
      ...defaults,
      name: 'receive-webhook',
      timeout: Duration.seconds(10),
      ...(reservedForWebhooks > 0 && { reservedConcurrency: reservedForWebhooks }),
      environment: {
        WEBHOOK_SECRET_ID: secrets.webhook.name,
        CONNECTION_SECRET_PREFIX: secrets.connectionPrefix,
        SALE_EVENTS_QUEUE_URL: queues.saleEvents.queue.queueUrl,
        JOBS_QUEUE_URL: queues.jobs.queue.queueUrl,
      },
      allow: [
        sendTo(queues.saleEvents.queue, queues.jobs.queue),
        read(secrets.webhook, ...secrets.ofNotifications),
      ],
    });
  }

  #serveProvider({
    table,
    queues,
    secrets,
    defaults,
  }: BridgeFunctionsProps): BridgeFunction<'serve-provider'> {
    return new BridgeFunction(this, 'ServeProvider', {
      ...defaults,
      name: 'serve-provider',
      // A page of 50 orders takes less than a second.
      timeout: Duration.seconds(20),
      environment: {
        TABLE_NAME: table.tableName,
        CONNECTION_SECRET_PREFIX: secrets.connectionPrefix,
        JOBS_QUEUE_URL: queues.jobs.queue.queueUrl,
      },
      allow: [
        sendTo(queues.jobs.queue),
        ...(secrets.ofEndpoints.length > 0 ? [keepBoxes(table), read(...secrets.ofEndpoints)] : []),
      ],
    });
  }

  #reconcileSale({ table, queues, secrets, defaults }: BridgeFunctionsProps) {
    return new QueueFunction(this, 'ReconcileSale', {
      ...defaults,
      name: 'reconcile-sale',
      source: queues.saleEvents,
      maxConcurrency: this.#batches['reconcile-sale'],
      environment: {
        TABLE_NAME: table.tableName,
        DEAR_SECRET_ID: secrets.dear.name,
        FULFILLMENT_QUEUE_URL: queues.fulfillment.queue.queueUrl,
        CONFIRMATIONS_QUEUE_URL: queues.confirmations.queue.queueUrl,
      },
      allow: [
        readAndWrite(table),
        keepBudgetsAndFigures(table),
        read(secrets.dear),
        sendTo(queues.fulfillment.queue, queues.confirmations.queue),
      ],
    });
  }

  #dispatchOrder({ table, queues, secrets, reports, uses, defaults }: BridgeFunctionsProps) {
    const dispatchOrder = new QueueFunction(this, 'DispatchOrder', {
      ...defaults,
      name: 'dispatch-order',
      source: queues.fulfillment,
      maxConcurrency: this.#batches['dispatch-order'],
      environment: {
        TABLE_NAME: table.tableName,
        CONNECTION_SECRET_PREFIX: secrets.connectionPrefix,
        CONFIRMATIONS_QUEUE_URL: queues.confirmations.queue.queueUrl,
        REPORTS_BUCKET: reports.bucketName,
      },
      allow: [
        readAndWrite(table),
        keepBudgetsAndFigures(table),
        ...(secrets.ofCalls.length > 0 ? [read(...secrets.ofCalls)] : []),
        ...(uses.boxes ? [listBoxes(table)] : []),
        sendTo(queues.confirmations.queue),
        ...(uses.labels ? [writeLabels(reports)] : []),
        ...uses.buckets.flatMap(exchangeFiles),
      ],
    });
    if (uses.labels) reports.acknowledgeLabels(dispatchOrder, 'put');
    for (const part of uses.buckets) acknowledgeFiles(dispatchOrder, part);
    return dispatchOrder;
  }

  #confirmShipment({ table, queues, secrets, reports, uses, defaults }: BridgeFunctionsProps) {
    const confirmShipment = new QueueFunction(this, 'ConfirmShipment', {
      ...defaults,
      name: 'confirm-shipment',
      source: queues.confirmations,
      maxConcurrency: this.#batches['confirm-shipment'],
      environment: {
        TABLE_NAME: table.tableName,
        DEAR_SECRET_ID: secrets.dear.name,
        REPORTS_BUCKET: reports.bucketName,
      },
      allow: [
        readAndWrite(table),
        keepBudgetsAndFigures(table),
        read(secrets.dear),
        ...(uses.labels ? [readLabels(reports)] : []),
      ],
    });
    if (uses.labels) reports.acknowledgeLabels(confirmShipment, 'read');
    return confirmShipment;
  }

  #runJob({
    table,
    queues,
    secrets,
    deadLetterQueues,
    reports,
    uses,
    defaults,
    dearWebhookUrl,
  }: BridgeFunctionsProps) {
    const runJob = new QueueFunction(this, 'RunJob', {
      ...defaults,
      name: 'run-job',
      source: queues.jobs,
      maxConcurrency: this.#batches['run-job'],
      // A job may need all of the function's time.
      batchSize: 1,
      // A long job queues its own continuation. Lambda takes that for a loop and stops it at the sixteenth.
      recursiveLoop: RecursiveLoop.ALLOW,
      environment: {
        TABLE_NAME: table.tableName,
        DEAR_SECRET_ID: secrets.dear.name,
        CONNECTION_SECRET_PREFIX: secrets.connectionPrefix,
        SALE_EVENTS_QUEUE_URL: queues.saleEvents.queue.queueUrl,
        CONFIRMATIONS_QUEUE_URL: queues.confirmations.queue.queueUrl,
        JOBS_QUEUE_URL: queues.jobs.queue.queueUrl,
        DEAD_LETTER_QUEUE_URLS: deadLetterQueues.map((queue) => queue.queueUrl).join(','),
        WEBHOOK_SECRET_ID: secrets.webhook.name,
        WEBHOOK_URL: dearWebhookUrl,
        REPORTS_BUCKET: reports.bucketName,
      },
      allow: [
        readAndWrite(table),
        keepBudgets(table),
        list(table, 'shipped', 'waiting'),
        ...(uses.boxes ? [listBoxes(table)] : []),
        ...(uses.stock ? [listFractions(table), writeReports(reports)] : []),
        read(secrets.dear, secrets.webhook, ...secrets.ofCalls),
        sendTo(queues.saleEvents.queue, queues.confirmations.queue, queues.jobs.queue),
        measure(...deadLetterQueues),
        ...uses.buckets.flatMap(exchangeFiles),
      ],
    });
    if (uses.stock) reports.acknowledgeWriter(runJob);
    for (const part of uses.buckets) acknowledgeFiles(runJob, part);
    return runJob;
  }
}
