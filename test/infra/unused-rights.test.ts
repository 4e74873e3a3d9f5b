import { describe, expect, it } from 'vitest';
import { findUnusedRights, listRights } from './unused-rights.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/acme';
const ROLES = new Map([
  [
    'worker',
    [
      {
        actions: ['dynamodb:UpdateItem'],
        resources: [TABLE],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['A#*', 'B#*'] } },
      },
      { actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [TABLE], conditions: {} },
    ],
  ],
]);
const call = (role: string, action: string, key: string) => ({
  role,
  action: `dynamodb:${action}`,
  resource: TABLE,
  context: { 'dynamodb:LeadingKeys': [key] },
});

describe('the rights of a role', () => {
  it('are one for each action, resource and pattern of keys', () => {
    expect(listRights(ROLES).map(({ action, key }) => `${action} ${key}`)).toEqual([
      'dynamodb:UpdateItem A#*',
      'dynamodb:UpdateItem B#*',
      'dynamodb:GetItem ',
      'dynamodb:PutItem ',
    ]);
  });

  it('are unused where no call of that role needs them', () => {
    const calls = [
      call('worker', 'UpdateItem', 'B#1'),
      call('worker', 'GetItem', 'C#1'),
      call('another', 'PutItem', 'C#1'),
    ];
    expect(findUnusedRights(listRights(ROLES), calls).map(({ action, key }) => `${action} ${key}`)).toEqual([
      'dynamodb:UpdateItem A#*',
      'dynamodb:PutItem ',
    ]);
  });
});
