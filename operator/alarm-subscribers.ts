import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';

/** Somebody who is to be told of alarms. */
export interface AlarmSubscriber {
  /** `email`, `https` */
  readonly protocol: string;
  /** Whether they ever opened the link that SNS sent them; until then they are told nothing. */
  readonly confirmed: boolean;
}

export interface AlarmSubscribers {
  list(): Promise<AlarmSubscriber[]>;
}

/** SNS's word for a subscription that nobody confirmed, in place of its ARN. */
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
