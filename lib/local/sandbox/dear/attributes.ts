/** The custom fields of a sale. */
export const ATTRIBUTES = [
  'AdditionalAttribute1',
  'AdditionalAttribute2',
  'AdditionalAttribute3',
  'AdditionalAttribute4',
  'AdditionalAttribute5',
  'AdditionalAttribute6',
  'AdditionalAttribute7',
  'AdditionalAttribute8',
  'AdditionalAttribute9',
  'AdditionalAttribute10',
] as const;
