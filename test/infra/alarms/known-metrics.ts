import { JOBS } from '../../../lib/messaging/messages.ts';
import { ENVIRONMENTS } from '../../../lib/runtime/environment.ts';
import { GAUGE_NAMES, METRIC_NAMES, SYSTEMS } from '../../../lib/runtime/metrics.ts';

export interface NamedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** AWS's own, as its documentation spells them, with the dimension that each is found by. */
const OF_AWS: Readonly<Record<string, { readonly by: string; readonly names: readonly string[] }>> = {
  'AWS/Lambda': { by: 'FunctionName', names: ['Errors', 'Throttles', 'Duration'] },
  'AWS/SQS': {
    by: 'QueueName',
    names: ['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible'],
  },
  'AWS/ApiGateway': { by: 'ApiId', names: ['5xx'] },
  'AWS/DynamoDB': { by: 'TableName', names: ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'] },
};

/** A metric filter counts it, which gives no dimension. */
const OF_ACCESS_LOGS = 'WebhookThrottled';

const FUNCTIONS = Object.keys(ENVIRONMENTS);

/** Why no code emits a metric of that name and those dimensions; '' where some does. */
export function whyUnknown({ namespace, name, dimensions }: NamedMetric, stackName: string): string {
  if (namespace !== stackName) return whyNotOfAws({ namespace, name, dimensions });
  if (name === OF_ACCESS_LOGS) return Object.keys(dimensions).length === 0 ? '' : `${name} has no dimension`;
  const { service = '', system, job, ...others } = dimensions;
  if (Object.keys(others).length > 0) return `${name} has no dimension ${Object.keys(others).join()}`;
  if ((GAUGE_NAMES as readonly string[]).includes(name)) {
    const jobIsRight =
      name === 'JobAgeSeconds' ? (JOBS as readonly string[]).includes(job ?? '') : job === undefined;
    return service === 'run-job' && jobIsRight ? '' : `the probe gives no ${name} of ${service} ${job}`;
  }
  if (!(METRIC_NAMES as readonly string[]).includes(name)) return `${name} is not counted`;
  if (!FUNCTIONS.includes(service)) return `${service} is no function`;
  const systemIsRight =
    name === 'OperatorActionNeeded'
      ? (SYSTEMS as readonly string[]).includes(system ?? '')
      : system === undefined;
  return systemIsRight && job === undefined ? '' : `${name} is not counted by system ${system}`;
}

function whyNotOfAws({ namespace, name, dimensions }: NamedMetric): string {
  const known = OF_AWS[namespace];
  if (known?.names.includes(name) !== true) return `${namespace} has no ${name}`;
  const [dimension, ...others] = Object.entries(dimensions);
  const isRight = dimension?.[0] === known.by && dimension[1] !== '' && others.length === 0;
  return isRight ? '' : `${name} is found by ${known.by}, not by ${JSON.stringify(dimensions)}`;
}
