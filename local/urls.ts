import { getProviderDefinition } from '../lib/providers/registry.ts';
import type { Settings } from '../lib/settings/schema.ts';
import type { Services } from './engines/engines.ts';
import type { Sandboxes } from './sandboxes.ts';
import { DEAR_WEBHOOK_PATH } from './subscriptions.ts';

/** The addresses of a local system. */
export interface Urls {
  /** The origin that receives webhooks. */
  readonly api: string;
  readonly dearWebhook: string;
  /** DEAR's API, with its path. */
  readonly dear: string;
  /** The origin of DEAR's sandbox; null where DEAR is a real account. */
  readonly dearScreens: string | null;
  /** Connection id → the address of its sandbox. */
  readonly providers: Readonly<Record<string, string>>;
  readonly sqs: string;
  readonly dynamoDb: string;
  readonly secretsManager: string;
  /** The operator's console. */
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
    providers: sandboxes.providers,
    sqs: endpoints.sqsUrl,
    dynamoDb: endpoints.dynamoDbUrl,
    secretsManager: endpoints.secretsManagerUrl,
  };
}

/** The hosts of DEAR and of the providers, which functions may call. */
export function hostsNamedIn(settings: Settings): string[] {
  const providers = settings.connections.flatMap((connection) =>
    getProviderDefinition(connection.provider).hosts(connection),
  );
  return [new URL(settings.dear.baseUrl).hostname, ...providers];
}
