import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup, type MetricFilter, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { CustomerKey } from './customer-key.ts';

const DEAR_PATH = '/webhooks/dear';
const PROVIDERS_PATH = '/webhooks/providers';
const ENDPOINTS_PATH = '/providers';
const ENDPOINT_ROUTE = `${ENDPOINTS_PATH}/{connection}/{path}`;

/**
 * Wide enough for a merchant who authorises a hundred sales at once, since DEAR switches a webhook off after six refusals;
 * narrow enough that a stranger who found the address costs cents an hour.
 */
const DEAR_THROTTLE = { burstLimit: 100, rateLimit: 50 };

/**
 * Fewer, since a lost webhook only leaves parcels to the schedule, and a service fetches one page after the other. Slows guesses
 * down, and a flood here takes nothing from DEAR's webhooks.
 */
const PROVIDER_THROTTLE = { burstLimit: 40, rateLimit: 20 };

const ROUTES = {
  DearRoute: { path: DEAR_PATH, throttle: DEAR_THROTTLE },
  ProviderRoute: { path: `${PROVIDERS_PATH}/{connection}`, throttle: PROVIDER_THROTTLE },
};

/** Counted from the access logs. */
const THROTTLED = 'WebhookThrottled';

interface WebhookApiProps {
  readonly receiver: IFunction;
  /** Answers services that fetch orders or send payloads. */
  readonly server: IFunction;
  readonly logRetention: RetentionDays;
  /** null: AWS's own key. */
  readonly key: CustomerKey | null;
}

/** The only door from outside: two POST routes for webhooks, one route for services that call. All else is API Gateway's own 404. */
export class WebhookApi extends Construct {
  readonly accessLogs: LogGroup;
  /** Give this to DEAR. */
  readonly dearUrl: string;
  readonly #api: HttpApi;
  readonly #throttled: MetricFilter;

  constructor(scope: Construct, id: string, props: WebhookApiProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    this.#api = new HttpApi(this, 'Api', { apiName: `${stackName}-webhooks`, createDefaultStage: false });
    const routes = [...this.#addRoutes(props.receiver), this.#addEndpointRoute(props.server)];
    this.accessLogs = new LogGroup(this, 'AccessLogs', {
      // API Gateway widens a resource policy for each log group that is not under this prefix, until the policy is full.
      logGroupName: `/aws/vendedlogs/${stackName}-webhooks`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(props.key !== null && { encryptionKey: props.key.key }),
    });
    this.#throttled = this.accessLogs.addMetricFilter('Throttled', {
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: stackName,
      metricName: THROTTLED,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      autoDeploy: true,
      throttle: DEAR_THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs),
        format: accessLogFormat(),
      },
    });
    const settings = stage.node.defaultChild;
    if (settings instanceof CfnStage) {
      settings.routeSettings = routeThrottles();
      settings.node.addDependency(...routes);
    }
    this.dearUrl = `${this.#api.apiEndpoint}${DEAR_PATH}`;
  }

  /** Give this to the connection's provider. */
  providerUrl(connection: string): string {
    return `${this.#api.apiEndpoint}${PROVIDERS_PATH}/${connection}`;
  }

  /** The address below which the connection's service calls us. */
  endpointsUrl(connection: string): string {
    return `${this.#api.apiEndpoint}${ENDPOINTS_PATH}/${connection}`;
  }

  /** Calls that were answered with 500 or above, by API Gateway or by the function. */
  serverErrors(options: MetricOptions): Metric {
    return this.#api.metricServerError(options);
  }

  #addEndpointRoute(server: IFunction): HttpRoute {
    const route = new HttpRoute(this, 'EndpointRoute', {
      httpApi: this.#api,
      routeKey: HttpRouteKey.with(ENDPOINT_ROUTE, HttpMethod.ANY),
      integration: new HttpLambdaIntegration('Server', server),
    });
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'A fulfillment service that calls us sends the credentials that its own form asks for, such as a user name and a password. The function compares them before it does anything else.',
    });
    return route;
  }

  /** Calls that were answered with 429 by API Gateway, which has no metric of its own for them. */
  throttled(options: MetricOptions): Metric {
    return this.#throttled.metric(options);
  }

  #addRoutes(receiver: IFunction): HttpRoute[] {
    const integration = new HttpLambdaIntegration('Receiver', receiver);
    return Object.entries(ROUTES).map(([id, { path }]) => {
      const route = new HttpRoute(this, id, {
        httpApi: this.#api,
        routeKey: HttpRouteKey.with(path, HttpMethod.POST),
        integration,
      });
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Neither DEAR nor a fulfillment service can sign for IAM or send a JWT we issue. The function compares the bearer token, or verifies the signature over the raw body, before it does anything else.',
      });
      return route;
    });
  }
}

/** Each route has its own allowance. */
function routeThrottles(): Record<string, object> {
  const receiving = Object.values(ROUTES).map(({ path, throttle }) => [`POST ${path}`, throttle] as const);
  const all = [...receiving, [`ANY ${ENDPOINT_ROUTE}`, PROVIDER_THROTTLE] as const];
  return Object.fromEntries(
    all.map(([key, { burstLimit, rateLimit }]) => [
      key,
      { ThrottlingBurstLimit: burstLimit, ThrottlingRateLimit: rateLimit },
    ]),
  );
}

/** Which route, how it went, how long it took: neither who called, nor headers, nor anything of the body. */
function accessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: AccessLogField.contextRequestId(),
      time: AccessLogField.contextRequestTime(),
      route: AccessLogField.contextRouteKey(),
      status: AccessLogField.contextStatus(),
      responseLength: AccessLogField.contextResponseLength(),
      responseLatency: AccessLogField.contextResponseLatency(),
      integrationStatus: AccessLogField.contextIntegrationStatus(),
      integrationLatency: AccessLogField.contextIntegrationLatency(),
    }),
  );
}
