import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup, ContextAttribute } from 'aws-cdk-lib/aws-scheduler';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type JobRequest, toMessageBody } from '../messaging/messages.ts';
import { getSchedules } from '../runtime/job-schedules.ts';
import type { Settings } from '../settings/schema.ts';
import { acknowledgeDeadLetters, encryption, safeQueue } from './bridge-queues.ts';
import type { CustomerKey } from './customer-key.ts';
import { sendTo } from './permissions.ts';

/** A run that could not be sent for so long is left to the next one. */
const GIVE_UP_AFTER_SECONDS = 300;

interface SchedulesProps {
  readonly settings: Pick<Settings, 'connections' | 'dear'>;
  readonly jobs: IQueue;
  /** null: SQS's own key. */
  readonly key: CustomerKey | null;
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
    this.deadLetterQueue = this.#createDeadLetterQueue(props.key);
    const group = new CfnScheduleGroup(this, 'Group', { name: this.#group });
    this.#role = this.#createRole(props.key);
    for (const { name, expression, request } of getSchedules(props.settings)) {
      this.#add(name, expression, request).addResourceDependency(group);
    }
  }

  #add(name: string, expression: string, { job, connection }: JobRequest): CfnSchedule {
    const whose = connection === '' ? 'the DEAR account' : `the connection ${connection}`;
    return new CfnSchedule(this, name, {
      name,
      groupName: this.#group,
      description: `Job ${job} of ${whose}`,
      scheduleExpression: expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.#jobs.queueArn,
        roleArn: this.#role.roleArn,
        input: toBody({ job, connection }),
        sqsParameters: { messageGroupId: `${job}#${connection}` },
        retryPolicy: { maximumEventAgeInSeconds: GIVE_UP_AFTER_SECONDS, maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: this.deadLetterQueue.queueArn },
      },
    });
  }

  #createDeadLetterQueue(key: CustomerKey | null): Queue {
    const queue = new Queue(this, 'DeadLetterQueue', {
      ...safeQueue,
      ...encryption(key),
      queueName: `${this.#group}-schedules-dead-letter`,
    });
    acknowledgeDeadLetters(queue);
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'It is itself a dead-letter queue, which the rule cannot see in the target of a schedule. It is not FIFO because EventBridge Scheduler accepts only a standard queue.',
    });
    return queue;
  }

  /** The conditions keep another account, or another group, from using the role through the shared service. */
  #createRole(key: CustomerKey | null): Role {
    const { account } = Stack.of(this);
    const groupArn = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: this.#group,
    });
    return new Role(this, 'Role', {
      ...(key !== null && { managedPolicies: [key.use] }),
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': groupArn } },
      }),
      inlinePolicies: {
        Allowed: new PolicyDocument({
          statements: [sendTo(this.#jobs, this.deadLetterQueue)],
        }),
      },
    });
  }
}

/**
 * A FIFO queue takes one message for each deduplication id in five minutes; Scheduler gives none, so the queue hashes the body.
 * The scheduled time makes each run's body its own (without it every second run of a five-minute job would be swallowed),
 * and a repeated delivery of one run the same. The worker runs the job once for each scheduled time.
 */
function toBody(request: JobRequest): string {
  return toMessageBody('job', { ...request, scheduledAt: ContextAttribute.scheduledTime });
}
