import { join } from 'node:path';
import type { FunctionDefinition } from '../template/stack.ts';
import { REGION } from '../template/template-names.ts';

/** Where the AWS services are spoken that functions use. */
export interface Endpoints {
  readonly sqsUrl: string;
  readonly dynamoDbUrl: string;
  readonly s3Url: string;
  readonly secretsManagerUrl: string;
}

/**
 * A function's whole environment: the template's variables, what Lambda adds, and where the AWS SDK finds its services.
 * Nothing of the user's own shell gets in, nor of `~/.aws`, so that no real account is within reach.
 */
export function functionEnvironment(
  definition: FunctionDefinition,
  directory: string,
  endpoints: Endpoints,
): Record<string, string> {
  const nowhere = join(directory, 'no-aws-configuration');
  return {
    ...definition.environment,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: directory,
    _HANDLER: definition.handler,
    TZ: ':UTC',
    AWS_ENDPOINT_URL_SQS: endpoints.sqsUrl,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDbUrl,
    AWS_ENDPOINT_URL_S3: endpoints.s3Url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManagerUrl,
    // There is no X-Ray daemon to send to.
    POWERTOOLS_TRACE_ENABLED: 'false',
  };
}
