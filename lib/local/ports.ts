/** Where each part of a local system listens; 0: on any port that is free. */
export interface Ports {
  readonly api: number;
  readonly dear: number;
  readonly shipStation: number;
  readonly sqs: number;
  readonly dynamoDb: number;
  readonly secrets: number;
  readonly console: number;
}

export const ANY_PORT: Ports = {
  api: 0,
  dear: 0,
  shipStation: 0,
  sqs: 0,
  dynamoDb: 0,
  secrets: 0,
  console: 0,
};
