import type { Stack } from 'aws-cdk-lib/core';

/** Pages of the AWS console, in the stack's region, of things that have a name we gave. */
export class ConsoleLinks {
  readonly #region: string;
  readonly #account: string;
  readonly #stackName: string;

  constructor({ region, account, stackName }: Pick<Stack, 'region' | 'account' | 'stackName'>) {
    this.#region = region;
    this.#account = account;
    this.#stackName = stackName;
  }

  /** @param name of a function, without the stack's */
  logs(name: string): string {
    // The console wants a slash encoded twice, with dollar signs in place of the per cent.
    return this.#page(
      'cloudwatch',
      `logsV2:log-groups/log-group/$252Faws$252Flambda$252F${this.#stackName}-${name}`,
    );
  }

  /** @param name of a queue, without the stack's */
  queue(name: string): string {
    const url = `https://sqs.${this.#region}.amazonaws.com/${this.#account}/${this.#stackName}-${name}`;
    return this.#page('sqs/v3', `/queues/${encoded(url)}`);
  }

  dashboard(name: string): string {
    return this.#page('cloudwatch', `dashboards/dashboard/${name}`);
  }

  #page(service: string, fragment: string): string {
    return `https://${this.#region}.console.aws.amazon.com/${service}/home?region=${this.#region}#${fragment}`;
  }
}

/** Not `encodeURIComponent`, which would encode the tokens that CloudFormation fills in. */
function encoded(url: string): string {
  return url.replaceAll(':', '%3A').replaceAll('/', '%2F');
}
