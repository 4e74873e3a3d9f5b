export interface WebhookRecord {
  id: string;
  type: string;
  isActive: boolean;
  url: string;
  authorization: 'noauth' | 'basicauth' | 'bearerauth';
  userName: string;
  password: string;
  bearerToken: string;
  headers: Array<{ Key: string; Value: string }>;
}

export interface DeliveryRecord {
  id: string;
  webhookId: string;
  type: string;
  /** The JSON text that is POSTed, fixed at the event. */
  body: string;
  state: 'pending' | 'delivered' | 'failed' | 'dropped';
  /** ms since the Unix epoch of the next attempt. */
  dueAt: number;
  attempts: Array<{ at: string; outcome: string }>;
}
