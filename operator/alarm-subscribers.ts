import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';

/** A subscriber to the alarms. */
export interface AlarmSubscriber {
  /** `email`, `https` */
  readonly protocol: string;
  /** Whether they opened the link that SNS sent; until then SNS sends them no alarm. */
  readonly confirmed: boolean;
}

export interface AlarmSubscribers {
  list(): Promise<AlarmSubscriber[]>;
}

/** SNS gives this in place of the ARN of a subscription that is not confirmed. */
const PENDING = 'PendingConfirmation';

export function snsSubscribers(client: SNSClient, TopicArn: string): AlarmSubscribers {
  return {
    list: async () => {
      const subscribers: AlarmSubscriber[] = [];
      for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
        for (const { Protocol = '', SubscriptionArn } of Subscriptions) {
          subscribers.push({ protocol: Protocol, confirmed: SubscriptionArn !== PENDING });
        }
      }
      return subscribers;
    },
  };
}
