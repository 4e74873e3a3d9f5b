import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { INDEXES, type IndexName } from '../store/indexes.ts';

/**
 * The bridge's memory: losing it means shipping twice, so it cannot be deleted by deleting the stack, and any second of
 * the last 35 days can be restored. Encrypted with the key that DynamoDB owns, which is its default: who reads is decided by
 * IAM either way, and a key of this account would cost a call for each read without closing a door that is open now.
 */
export class BridgeTable extends Table {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      // Named by us: a stack that is deployed again beside the table it left behind must fail, not start with no memory.
      tableName: Stack.of(scope).stackName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const [indexName, { partition, sort }] of Object.entries(INDEXES)) {
      this.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: partition, type: AttributeType.STRING },
        sortKey: { name: sort, type: AttributeType.STRING },
        // Whoever lists reads each item from the table anyway, because an index is never read consistently.
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
  }

  indexArn(name: IndexName): string {
    return `${this.tableArn}/index/${name}`;
  }
}
