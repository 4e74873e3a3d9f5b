import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup, ContextAttribute } from 'aws-cdk-lib/aws-scheduler';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { JOBS, type JobMessage, type JobName } from '../messaging/messages.ts';
import { safeQueue } from './fifo-queue.ts';
import { sendTo } from './permissions.ts';

/** When each job runs for each connection, in UTC. */
const EXPRESSIONS: Readonly<Record<JobName, string>> = {
  'collect-shipments': 'rate(5 minutes)',
  // When DEAR refreshes the orders of its own external fulfillment.
  'refresh-tracking': 'cron(51 0,12 * * ? *)',
};

/** A run that could not be sent for so long is left to the next one. */
const GIVE_UP_AFTER_SECONDS = 300;

export interface SchedulesProps {
  readonly connectionIds: readonly string[];
  readonly jobs: IQueue;
}

/** Puts each job of each connection on the jobs queue in time. One group, so that one role serves this stack's schedules only. */
export class Schedules extends Construct {
  /** Where a run goes that could not be put on the jobs queue. */
  readonly deadLetterQueue: Queue;
  readonly #jobs: IQueue;
  readonly #group: string;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    this.#group = Stack.of(this).stackName;
    this.#jobs = props.jobs;
    this.deadLetterQueue = this.#createDeadLetterQueue();
    const group = new CfnScheduleGroup(this, 'Group', { name: this.#group });
    this.#role = this.#createRole();
    for (const connection of props.connectionIds) {
      for (const job of JOBS) this.#add(job, connection).addResourceDependency(group);
    }
  }

  #add(job: JobName, connection: string): CfnSchedule {
    return new CfnSchedule(this, `${job}-${connection}`, {
      name: `${job}-${connection}`,
      groupName: this.#group,
      description: `Job ${job} of the connection ${connection}`,
      scheduleExpression: EXPRESSIONS[job],
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.#jobs.queueArn,
        roleArn: this.#role.roleArn,
        input: bodyOf({ job, connection }),
        sqsParameters: { messageGroupId: `${job}#${connection}` },
        retryPolicy: { maximumEventAgeInSeconds: GIVE_UP_AFTER_SECONDS, maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: this.deadLetterQueue.queueArn },
      },
    });
  }

  #createDeadLetterQueue(): Queue {
    const queue = new Queue(this, 'DeadLetterQueue', {
      ...safeQueue,
      queueName: `${this.#group}-schedules-dead-letter`,
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'It is itself a dead-letter queue, which the rule cannot see in the target of a schedule. It is not FIFO because EventBridge Scheduler accepts only a standard queue.',
    });
    return queue;
  }

  /** The conditions keep another account, or another group, from using the role through the shared service. */
  #createRole(): Role {
    const { account } = Stack.of(this);
    const groupArn = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: this.#group,
    });
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': groupArn } },
      }),
      inlinePolicies: {
        Allowed: new PolicyDocument({ statements: [sendTo(this.#jobs, this.deadLetterQueue)] }),
      },
    });
  }
}

/**
 * A FIFO queue takes one message for each deduplication id in five minutes; Scheduler gives none, so the queue hashes the body.
 * The scheduled time makes each run's body its own (without it every second run of a five-minute job would be swallowed),
 * and a repeated delivery of one run the same. Whoever reads the message drops it: `jobMessage` does not name it.
 */
function bodyOf(message: JobMessage): string {
  return JSON.stringify({ ...message, scheduledAt: ContextAttribute.scheduledTime });
}
