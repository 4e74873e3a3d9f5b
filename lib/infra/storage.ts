import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { INDEXES, type IndexName } from '../store/indexes.ts';
import type { CustomerKey } from './customer-key.ts';

/** The partitions of the audit. */
export const AUDIT_KEYS = 'AUDIT#*';

/**
 * The policy of the table itself: whatever a caller is allowed elsewhere, what was written to the audit is neither changed nor
 * deleted before it expires. A put could replace an entry, so it is refused as well; an insertion of PartiQL cannot.
 */
function keepAudit(): PolicyDocument {
  const written = new PolicyStatement({
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLUpdate', 'PartiQLDelete'].map(
      (action) => `dynamodb:${action}`,
    ),
    // In a table's own policy: this table.
    resources: ['*'],
    conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': [AUDIT_KEYS] } },
  });
  return new PolicyDocument({ statements: [written] });
}

/**
 * The bridge's memory: losing it means shipping twice, so it cannot be deleted by deleting the stack, and any second of
 * the last 35 days can be restored. Encrypted with the key that DynamoDB owns unless the settings ask for one of the account: who
 * reads is decided by IAM either way.
 */
export class BridgeTable extends Table {
  constructor(scope: Construct, id: string, { key }: { readonly key: CustomerKey | null }) {
    super(scope, id, {
      // Named by us: a stack that is deployed again beside the table it left behind must fail, not start with no memory.
      tableName: Stack.of(scope).stackName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      resourcePolicy: keepAudit(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // Its protection makes a rollback keep it in any case: the next attempt adopts it (runbook, Deploy again after a failure).
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(key !== null && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key.key }),
    });
    for (const [indexName, index] of Object.entries(INDEXES)) {
      this.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: index.partition, type: AttributeType.STRING },
        sortKey: { name: index.sort, type: AttributeType.STRING },
        // A list reads each item that it shows from the table anyway, because an index is never read consistently.
        ...('carries' in index
          ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [index.carries] }
          : { projectionType: ProjectionType.KEYS_ONLY }),
      });
    }
  }

  indexArn(name: IndexName): string {
    return `${this.tableArn}/index/${name}`;
  }
}

const KEPT = Duration.days(90);
const ABORTED = { abortIncompleteMultipartUploadAfter: Duration.days(1) };

interface ReportsBucketProps {
  readonly personalDataDays: number;
  /** null: S3's own key. */
  readonly key: CustomerKey | null;
}

/**
 * Files for people: stock reports, which hold SKUs and quantities, and the PDF files of labels, which show names and addresses
 * and are deleted with other personal data. All of them can be made again, so there are no versions. It stays when the stack is
 * deleted, as a bucket that holds anything cannot go with it.
 */
export class ReportsBucket extends Bucket {
  /** Of every report. */
  readonly reportsArn: string;
  /** Of every label. */
  readonly labelsArn: string;

  constructor(scope: Construct, id: string, { personalDataDays, key }: ReportsBucketProps) {
    super(scope, id, {
      ...(key === null
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: key.key, bucketKeyEnabled: true }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        { prefix: 'stock-drift/', expiration: KEPT, ...ABORTED },
        { prefix: 'labels/', expiration: Duration.days(personalDataDays), ...ABORTED },
      ],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.reportsArn = this.arnForObjects('stock-drift/*');
    this.labelsArn = this.arnForObjects('labels/*');
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Its reports and labels hold what each reader of DEAR sees there as well. A log of who read them would need a second bucket that is kept longer than the files themselves.',
    });
  }

  /** Lets a function's policy name all reports, whose keys are not known at synth. */
  acknowledgeWriter(writer: Construct): void {
    this.#acknowledge(
      writer,
      'stock-drift/*',
      'A report is named by its connection and its time, so no key is known beforehand. The function may put reports there, and neither read, list nor delete any.',
    );
  }

  /** The same for labels. @param what the only thing that the function may do */
  acknowledgeLabels(user: Construct, what: 'put' | 'read'): void {
    this.#acknowledge(
      user,
      'labels/*',
      `A label is named by its order and its id, so no key is known beforehand. The function may ${what} labels there, and do nothing else with them.`,
    );
  }

  #acknowledge(user: Construct, keys: string, reason: string): void {
    const bucket = this.node.defaultChild;
    const id = CfnElement.isCfnElement(bucket) ? Stack.of(this).getLogicalId(bucket) : '';
    Validations.of(user).acknowledge({ id: `AwsSolutions-IAM5[Resource::<${id}.Arn>/${keys}]`, reason });
  }
}
