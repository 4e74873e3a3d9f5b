import type { Services } from './engines/services.ts';
import type { Sandboxes } from './sandboxes.ts';
import { DEAR_WEBHOOK_PATH } from './subscriptions.ts';

/** Where everything of a local system is. */
export interface Urls {
  /** Where the webhooks are received, without a path. */
  readonly api: string;
  readonly dearWebhook: string;
  /** DEAR's API, with its path. */
  readonly dear: string;
  /** DEAR's sandbox, without a path; null where DEAR is not a sandbox. */
  readonly dearScreens: string | null;
  /** The first ShipStation sandbox; null where there is none. */
  readonly shipStation: string | null;
  /** Connection id → the address of its sandbox. */
  readonly shipStations: Readonly<Record<string, string>>;
  readonly sqs: string;
  readonly dynamoDb: string;
  readonly secretsManager: string;
  /** The operator's. */
  readonly console: string;
}

export function getUrls(
  { api, console }: Pick<Urls, 'api' | 'console'>,
  sandboxes: Sandboxes,
  { endpoints }: Services,
): Urls {
  return {
    api,
    console,
    dearWebhook: `${api}${DEAR_WEBHOOK_PATH}`,
    dear: sandboxes.settings.dear.baseUrl,
    dearScreens: sandboxes.dearOrigin,
    shipStation: Object.values(sandboxes.shipStations)[0] ?? null,
    shipStations: sandboxes.shipStations,
    sqs: endpoints.sqsUrl,
    dynamoDb: endpoints.dynamoDbUrl,
    secretsManager: endpoints.secretsManagerUrl,
  };
}
