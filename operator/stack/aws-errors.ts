import { UserError } from '../../lib/domain/errors.ts';
import { AwsUnreachable } from '../user-errors.ts';

interface Client {
  readonly middlewareStack: {
    add(
      middleware: (next: (call: never) => Promise<unknown>) => (call: never) => Promise<unknown>,
      options: { readonly step: 'initialize'; readonly name: string; readonly override: true },
    ): void;
  };
}

/** The client, whose errors say what to do next, whichever command meets them. */
export function explaining<Aws extends Client>(client: Aws): Aws {
  client.middlewareStack.add(
    (next) => async (call) => {
      try {
        return await next(call);
      } catch (error) {
        throw error instanceof Error ? explainAwsError(error) : error;
      }
    },
    { step: 'initialize', name: 'explainErrors', override: true },
  );
  return client;
}

/** Each service has names of its own for the same refusal. */
const DENIED = /^(AccessDenied|AccessDeniedException|AuthorizationError\w*|UnauthorizedOperation)$/;
const SKEWED = /signature expired|signature not yet current|too ?skewed/i;
const NOT_ACCEPTED =
  /^(ExpiredToken|ExpiredTokenException|RequestExpired|InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken\w*)$/;
const SLOWED = /^(Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|RequestThrottled\w*)$/;
const NETWORK =
  /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|CERT_|UNABLE_TO_)|SELF_SIGNED/;

/** Adds what to do next, which AWS's messages leave out; an error that the caller has to decide on stays as it is. */
export function explainAwsError(error: Error): Error {
  if (error instanceof UserError) return error;
  const { name, message } = error;
  const code = 'code' in error ? String(error.code) : '';
  // The SDK has no class for it: a plain Error with this message.
  if (message === 'Region is missing')
    return new AwsUnreachable('No AWS region is given', 'Add --region us-east-1, or set AWS_REGION');
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return new AwsUnreachable(
      `AWS credentials are missing (${message})`,
      'Add --profile, or log in with aws sso login',
    );
  if (DENIED.test(name))
    return new AwsUnreachable(`AWS does not allow it: ${message}`, nextOfDenied(message));
  if (SKEWED.test(`${name} ${message}`))
    return new AwsUnreachable(`AWS refuses the time of this machine (${message})`, 'Set it to network time');
  if (NOT_ACCEPTED.test(name))
    return new AwsUnreachable(
      `AWS does not accept the credentials (${message})`,
      'Log in again, as with aws sso login, or add --profile',
    );
  if (SLOWED.test(name))
    return new AwsUnreachable(`AWS slows this account down (${message})`, 'Repeat the command in a minute');
  if (NETWORK.test(code) || name === 'TimeoutError')
    return new AwsUnreachable(
      `AWS could not be reached (${message})`,
      'Check --region and the network of this machine; a proxy is not used',
    );
  if (name === 'Unknown' || error instanceof SyntaxError)
    return new AwsUnreachable(
      'The answer is not of AWS',
      'Check if a proxy or a login page of the network answers in its place',
    );
  return error;
}

function nextOfDenied(message: string): string {
  return /explicit deny/i.test(message)
    ? 'A policy forbids it, whatever others allow: ask who looks after the AWS account'
    : "Attach the policy of the stack's output OperatorPolicyArn to your role, or ReaderPolicyArn for commands that only read";
}
