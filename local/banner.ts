import type { Settings } from '../lib/settings/schema.ts';
import type { Host } from './host.ts';

/** The addresses of a running system and a first command to try. */
export async function formatBanner(host: Host, settings: Settings, seconds: number): Promise<string> {
  const { urls } = host;
  const addresses: ReadonlyArray<readonly [string, string | null]> = [
    ['Console', urls.console],
    ['Webhooks', urls.api],
    [urls.dearScreens === null ? 'DEAR' : 'DEAR (sandbox)', urls.dear],
    ...Object.entries(urls.providers).map(([id, url]) => [`${id} (sandbox)`, url] as const),
    ['SQS', urls.sqs],
    ['DynamoDB', urls.dynamoDb],
    ['Secrets Manager', urls.secretsManager],
  ];
  const width = Math.max(...addresses.map(([name]) => name.length)) + 2;
  const lines = addresses.map(([name, url]) => `  ${name.padEnd(width)}${url}`);
  return [
    `${host.stackName} is running; it started in ${seconds.toFixed(1)} s. Press Ctrl-C to stop it.`,
    '',
    ...lines,
    ...(await formatLeftovers(host)),
    ...formatFirstStep(host, settings),
    '',
  ].join('\n');
}

/** Messages that the last run left in flight become visible later, as in AWS; without a note the system looks idle. */
async function formatLeftovers(host: Host): Promise<string[]> {
  const lines = Object.entries(await host.depths()).flatMap(([name, { hidden, dead }]) => {
    const minutes = Math.ceil((host.queues[name]?.visibilityTimeoutSeconds ?? 0) / 60);
    const back = `they become visible again within ${minutes} min`;
    return [
      ...(hidden === 0
        ? []
        : [`  ${name}: ${hidden} in flight or deferred when the last run ended; ${back}`]),
      ...(dead === 0 ? [] : [`  ${name}: ${dead} in the dead-letter queue`]),
    ];
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

/** A product of a new sandbox. */
const SKU = 'TRL-MUG-350';

/** A command that creates and authorises a sale in the sandbox. */
function formatFirstStep({ urls, stackName }: Host, settings: Settings): string[] {
  if (urls.dearScreens === null) {
    return [
      '',
      `A real DEAR cannot call this machine. Forward its webhooks to ${urls.dearWebhook}, with the bearer token`,
      `that secrets.json holds as "${stackName}/webhook" → "current".`,
    ];
  }
  const connection = settings.connections.find(({ id }) => urls.providers[id] !== undefined);
  if (connection === undefined) return [];
  const sale = { location: connection.location, lines: [{ sku: SKU, quantity: 2 }], authorise: true };
  return [
    '',
    'Authorise a sale and follow it here or in the console:',
    '',
    `  curl -sS ${urls.dearScreens}/sandbox/sales -H 'content-type: application/json' -d ${quoteForShell(JSON.stringify(sale))}`,
  ];
}

/** A location may contain an apostrophe. */
function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
