import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { explainAwsError, explaining } from '../../operator/stack/aws-errors.ts';
import { AwsUnreachable } from '../../operator/user-errors.ts';

const RIGHT =
  'User: arn:aws:sts::111122223333:assumed-role/Support/eve is not authorized to perform: sqs:SendMessage';

/** As the services and the SDK name and word them. */
const ROWS: ReadonlyArray<readonly [name: string, message: string, said: string]> = [
  [
    'AccessDenied',
    RIGHT,
    `AWS does not allow it: ${RIGHT}. Attach the policy of the stack's output OperatorPolicyArn`,
  ],
  ['AccessDeniedException', RIGHT, 'perform: sqs:SendMessage. Attach the policy'],
  ['AuthorizationErrorException', RIGHT, 'perform: sqs:SendMessage. Attach the policy'],
  [
    'AccessDeniedException',
    `${RIGHT} with an explicit deny in a service control policy`,
    'A policy forbids it',
  ],
  [
    'ExpiredTokenException',
    'The security token is expired',
    'does not accept the credentials (The security token is',
  ],
  ['UnrecognizedClientException', 'The security token is invalid.', 'Log in again'],
  [
    'InvalidSignatureException',
    'Signature expired: 20261129T071400Z is now earlier',
    'Set it to network time',
  ],
  ['SignatureDoesNotMatch', 'Check your AWS Secret Access Key', 'Log in again'],
  ['CredentialsProviderError', 'Token is expired', 'aws sso login'],
  ['ThrottlingException', 'Rate exceeded', 'Repeat the command in a minute'],
  ['TimeoutError', 'Connection timed out', 'AWS could not be reached (Connection timed out)'],
  ['Unknown', 'Unknown', 'a proxy or a login page'],
];

describe('an error of AWS', () => {
  it.each(ROWS)('%s (%s) says what to do next', (name, message, said) => {
    const explained = explainAwsError(Object.assign(new Error(message), { name }));
    expect(explained).toBeInstanceOf(AwsUnreachable);
    expect(explained.message).toContain(said);
  });

  it('stays as it is where a caller decides by it', () => {
    const conditional = Object.assign(new Error('The conditional request failed'), {
      name: 'ConditionalCheckFailedException',
    });
    expect(explainAwsError(conditional)).toBe(conditional);
  });

  it('is explained for each call of a client', async () => {
    const client = explaining(
      new DynamoDBClient({
        region: 'eu-west-1',
        endpoint: 'http://127.0.0.1:1',
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        maxAttempts: 1,
      }),
    );
    await expect(client.send(new ListTablesCommand({}))).rejects.toThrow(
      'AWS could not be reached (connect ECONNREFUSED',
    );
    client.destroy();
  });
});
