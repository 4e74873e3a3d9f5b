import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  TextWidget,
  TextWidgetBackground,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { JOBS } from '../messaging/messages.ts';
import { ENVIRONMENTS, type FunctionName } from '../runtime/environment.ts';
import type { GaugeName, MetricName } from '../runtime/metrics.ts';
import type { QueueName, Watched } from './alarms/alarm.ts';
import { getMetric, type Measured } from './alarms/metric.ts';
import { SERVICE_LEVELS } from './alarms/service-levels.ts';
import type { BridgeTable } from './storage.ts';

const WHOLE_ROW = 24;
const PERIOD = Duration.minutes(5);
const QUEUES: readonly QueueName[] = ['sale-events', 'fulfillment', 'confirmations', 'jobs'];
const FUNCTIONS = Object.keys(ENVIRONMENTS) as FunctionName[];
const WORKERS = FUNCTIONS.filter((name) => name !== 'receive-webhook' && name !== 'serve-provider');

interface BridgeDashboardProps {
  /** The most important first. */
  readonly alarms: readonly Alarm[];
  readonly measured: Measured;
  readonly table: BridgeTable;
}

/** One page: service levels, then webhooks and calls, then queues, functions and the table. */
export class BridgeDashboard extends Dashboard {
  readonly #of: Measured;

  constructor(scope: Construct, id: string, { alarms, measured, table }: BridgeDashboardProps) {
    super(scope, id, { dashboardName: measured.stackName, defaultInterval: Duration.hours(12) });
    this.#of = measured;
    this.#addRow('Service levels', this.#serviceLevels(alarms));
    this.#addRow('Needs a person', this.#forPeople());
    this.#addRow('Webhooks and calls', this.#doors());
    this.#addRow('Queues', this.#queues());
    this.#addRow('Functions', this.#functions());
    this.#addRow('Table', [
      graph('Capacity units used', [
        table.metricConsumedReadCapacityUnits({ period: PERIOD }),
        table.metricConsumedWriteCapacityUnits({ period: PERIOD }),
      ]),
    ]);
  }

  #addRow(heading: string, widgets: readonly IWidget[]): void {
    const markdown = `## ${heading}`;
    this.addWidgets(
      new TextWidget({ markdown, width: WHOLE_ROW, height: 1, background: TextWidgetBackground.TRANSPARENT }),
    );
    this.addWidgets(...widgets);
  }

  #serviceLevels(alarms: readonly Alarm[]): IWidget[] {
    return [
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WHOLE_ROW, height: 6 }),
      this.#level('Oldest sale not accepted by its service (s)', 'OldestUnsubmittedSaleSeconds'),
      this.#level('Oldest shipment not written to DEAR (s)', 'OldestUnconfirmedShipmentSeconds'),
      graph(
        "Each job's last success, ago (s)",
        JOBS.map((job) => this.#metric({ kind: 'job-age', job })),
      ),
    ];
  }

  #forPeople(): IWidget[] {
    return [
      this.#level('Orders Failed', 'OrdersFailed'),
      this.#level('Orders On Hold too long', 'OrdersOnHoldTooLong'),
      this.#level('Stock takes open too long', 'StockTakesOpenTooLong'),
      graph('Refused, and on the order', [
        this.#metric({ kind: 'level', metric: 'OrdersCancelRefused' }),
        this.#metric({ kind: 'level', metric: 'OrdersConfirmationRefused' }),
        this.#metric({ kind: 'level', metric: 'OrdersSetAside' }),
      ]),
      graph('Not leaving', [
        this.#metric({ kind: 'level', metric: 'OrdersStandingStill' }),
        this.#metric({ kind: 'level', metric: 'OrdersUnshippedTooLong' }),
      ]),
    ];
  }

  #doors(): IWidget[] {
    const webhooks = (
      ['WebhookAccepted', 'WebhookIgnored', 'WebhookRefused', 'WebhookUnreadable'] as const
    ).map((metric) => this.#count(metric, ['receive-webhook']));
    const found = (['MissedWebhook', 'WebhookDrift', 'StockGuardStopped', 'JobFailed'] as const).map(
      (metric) => this.#count(metric, ['run-job']),
    );
    const answers = (['Throttled', 'BudgetDeferred', 'Unavailable', 'AmbiguousWrite'] as const).map(
      (metric) => this.#count(metric, WORKERS),
    );
    return [
      graph('Webhooks', [
        ...webhooks,
        this.#metric({ kind: 'webhook-failures' }),
        this.#metric({ kind: 'webhooks-throttled' }),
      ]),
      graph('Found by jobs', found),
      graph('Answers of DEAR and the providers', answers),
    ];
  }

  #queues(): IWidget[] {
    const ages = QUEUES.map((queue) => this.#metric({ kind: 'queue-age', queue }));
    const dead = [...QUEUES, 'schedules' as const].map((queue) =>
      this.#metric({ kind: 'dead-letters', queue }),
    );
    const outcomes = (
      ['MessageProcessed', 'MessageDeferred', 'MessageParked', 'UnexpectedFailure'] as const
    ).map((metric) => this.#count(metric, WORKERS));
    return [graph('Oldest message (s)', ages), graph('Dead letters', dead), graph('Messages', outcomes)];
  }

  #functions(): IWidget[] {
    const each = (kind: 'errors' | 'throttles' | 'percent-of-timeout') =>
      FUNCTIONS.map((name) => this.#metric({ kind, function: name }));
    return [
      graph('Errors', each('errors')),
      graph('Throttles', each('throttles')),
      graph('Slowest runs (% of the time limit)', each('percent-of-timeout')),
    ];
  }

  /** With the line at which its alarm fires, where it has one. */
  #level(title: string, metric: GaugeName): IWidget {
    const alarm = SERVICE_LEVELS.find(({ watches }) => watches.kind === 'level' && watches.metric === metric);
    return graph(title, [this.#metric({ kind: 'level', metric })], alarm?.atLeast);
  }

  #count(metric: MetricName, functions: readonly FunctionName[]): IMetric {
    return this.#metric({ kind: 'count', metric, functions });
  }

  #metric(watched: Watched): IMetric {
    return getMetric(watched, this.#of, PERIOD);
  }
}

function graph(title: string, left: IMetric[], limit?: number): IWidget {
  return new GraphWidget({
    title,
    left,
    width: WHOLE_ROW / 3,
    leftYAxis: { min: 0 },
    ...(limit === undefined ? {} : { leftAnnotations: [{ value: limit, label: 'alarm' }] }),
  });
}
