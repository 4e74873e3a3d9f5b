import type { Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { httpHandler } from '../../lib/runtime/http-handler.ts';
import { createObservability } from '../../lib/runtime/logger.ts';

const CONTEXT = { functionName: 'f', awsRequestId: '1' } as Context;

describe('the handler of a route', () => {
  it('answers the check of a deployment without any work', async () => {
    vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'acme-test');
    const answer = vi.fn();
    const handler = httpHandler({ observability: createObservability(), answer });
    expect(await handler({ deploymentCheck: true } as never, CONTEXT)).toMatchObject({ statusCode: 200 });
    expect(answer).not.toHaveBeenCalled();
    vi.unstubAllEnvs();
  });
});
