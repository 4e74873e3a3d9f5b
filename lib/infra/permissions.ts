import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Aws, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { IndexName } from '../store/indexes.ts';
import type { BridgeSecret } from './secrets.ts';
import { AUDIT_KEYS, type BridgeTable, type ReportsBucket } from './storage.ts';

/*
 * Everything a function can be allowed, in one place. Written out rather than by CDK's grant methods, which add actions
 * that nothing here calls (`grantSendMessages` also reads attributes, `grantReadData` also scans the table and its stream).
 */

/** Of the table's items all but those of the audit, to which no function adds. */
export function readAndWrite(table: BridgeTable): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': [AUDIT_KEYS] } },
  });
}

/** Adds entries to the audit, and changes none: an insertion of PartiQL fails where there is an item. */
export function addToAudit(table: BridgeTable): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:PartiQLInsert'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [AUDIT_KEYS] } },
  });
}

/** Of the table's items only those that say when an account may be called next. Reading them is part of `readAndWrite`. */
export function keepBudgets(table: BridgeTable): PolicyStatement {
  return update(table, 'BUDGET#*');
}

/** The same, and the counts of a day. */
export function keepBudgetsAndFigures(table: BridgeTable): PolicyStatement {
  return update(table, 'BUDGET#*', 'FIGURES#*');
}

function update(table: BridgeTable, ...keys: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:UpdateItem'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
  });
}

/** Of the table's items only those of SKUs that went out in fractions. */
export function listFractions(table: BridgeTable): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['FRACTIONS#*'] } },
  });
}

/** Of the table's items only what providers keep for services that call them. Reading and writing are part of `readAndWrite`. */
export function listBoxes(table: BridgeTable): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: [table.tableArn],
    conditions: OF_BOXES,
  });
}

/** Of the table's items only what providers keep for services that call them. */
export function keepBoxes(table: BridgeTable): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    resources: [table.tableArn],
    conditions: OF_BOXES,
  });
}

const OF_BOXES = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['BOX#*'] } };

/** Lists keys of the indexes only: what the items are is read from the table, under its own statement. */
export function list(table: BridgeTable, ...indexes: readonly IndexName[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: indexes.map((name) => table.indexArn(name)),
  });
}

/** Puts reports, and reads, lists and deletes none. */
export function writeReports(bucket: ReportsBucket): PolicyStatement {
  return new PolicyStatement({
    actions: ['s3:PutObject'],
    resources: [bucket.reportsArn],
  });
}

/** Puts the PDF files of labels, and reads, lists and deletes none. */
export function writeLabels(bucket: ReportsBucket): PolicyStatement {
  return new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.labelsArn] });
}

/** Reads the PDF files of labels, and nothing else of the bucket. */
export function readLabels(bucket: ReportsBucket): PolicyStatement {
  return new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.labelsArn] });
}

/** A part of a bucket that is not the stack's, which a connection exchanges files by. */
export interface BucketPart {
  readonly bucket: string;
  readonly prefix: string;
}

const toBucketArn = ({ bucket }: BucketPart) => `arn:${Aws.PARTITION}:s3:::${bucket}`;

/** Lists, reads, writes and moves the files of a connection, and none beside them. */
export function exchangeFiles(part: BucketPart): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [toBucketArn(part)],
      conditions: { StringLike: { 's3:prefix': `${part.prefix}*` } },
    }),
    new PolicyStatement({
      actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      resources: [`${toBucketArn(part)}/${part.prefix}*`],
    }),
  ];
}

/** Lets a function's policy name all files of a connection, whose keys are not known at synth. */
export function acknowledgeFiles(user: Construct, { bucket, prefix }: BucketPart): void {
  Validations.of(user).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${bucket}/${prefix}*]`,
    reason:
      'Files are named by their orders and by the warehouse, so no key is known beforehand. The settings name the bucket and the prefix below which the connection exchanges them.',
  });
}

export function sendTo(...queues: readonly IQueue[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['sqs:SendMessage'],
    resources: queues.map((queue) => queue.queueArn),
  });
}

/** How many messages lie there, not what they say. */
export function measure(...queues: readonly IQueue[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['sqs:GetQueueAttributes'],
    resources: queues.map((queue) => queue.queueArn),
  });
}

/** For the event source mapping, which polls in the function's name, and for the function, which may defer a message. */
export function consume(queue: IQueue): PolicyStatement {
  return new PolicyStatement({
    actions: [
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
    ],
    resources: [queue.queueArn],
  });
}

export function read(...secrets: readonly BridgeSecret[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['secretsmanager:GetSecretValue'],
    resources: secrets.map((secret) => secret.arn),
  });
}
