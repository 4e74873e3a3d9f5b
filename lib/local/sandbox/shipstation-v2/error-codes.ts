/** The codes of ShipStation's V2 description that the sandbox gives or that a test may order. There is none for "not found". */
export const ERROR_CODES = [
  'field_conflict',
  'field_value_required',
  'forbidden',
  'identifier_conflict',
  'identifiers_must_match',
  'invalid_address',
  'invalid_billing_plan',
  'invalid_field_value',
  'invalid_identifier',
  'invalid_status',
  'invalid_string_length',
  'order_source_not_active',
  'rate_limit_exceeded',
  'request_body_required',
  'subscription_inactive',
  'trial_expired',
  'unauthorized',
  'unknown',
  'unspecified',
  'webhook_event_type_conflict',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];
