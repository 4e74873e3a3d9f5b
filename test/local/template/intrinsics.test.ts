import { describe, expect, it } from 'vitest';
import { type Names, resolveIntrinsics } from '../../../local/template/intrinsics.ts';

const REFERENCES: Record<string, unknown> = { 'AWS::Region': 'us-east-1', Queue: 'http://local/queue' };
const names: Names = {
  reference: (name) => REFERENCES[name],
  attribute: (logicalId, attribute) =>
    logicalId === 'Queue' && attribute === 'Arn' ? 'arn:aws:sqs:us-east-1:000000000000:queue' : undefined,
};
const resolve = (value: unknown) =>
  resolveIntrinsics(value, names, { resource: 'Worker', property: 'Properties' });

describe('resolveIntrinsics', () => {
  it.each([
    ['a plain value', 7, 7],
    ['Ref', { Ref: 'Queue' }, 'http://local/queue'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:queue'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:aws:sqs:us-east-1:000000000000:queue'],
    ['Fn::Join of other functions', { 'Fn::Join': ['/', ['a', { Ref: 'AWS::Region' }]] }, 'a/us-east-1'],
    [
      'Fn::Select of Fn::Split',
      { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] },
      'queue',
    ],
    [
      'Fn::Sub',
      { 'Fn::Sub': `\${AWS::Region}-\${Queue.Arn}-\${!Left}` },
      `us-east-1-arn:aws:sqs:us-east-1:000000000000:queue-\${Left}`,
    ],
    [
      'Fn::Sub with names of its own',
      { 'Fn::Sub': [`\${Own}.fifo`, { Own: { Ref: 'AWS::Region' } }] },
      'us-east-1.fifo',
    ],
    ['nested values', { A: [{ B: { Ref: 'Queue' } }] }, { A: [{ B: 'http://local/queue' }] }],
  ])('resolves %s', (_, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  it('names the resource, the property and the unknown name', () => {
    expect(() => resolve({ Environment: { Variables: { TOPIC: { Ref: 'Alarms' } } } })).toThrow(
      'cannot resolve Ref Alarms in Properties.Environment.Variables.TOPIC of Worker',
    );
  });

  it('refuses an unknown function', () => {
    expect(() => resolve({ Name: { 'Fn::ImportValue': 'x' } })).toThrow('cannot resolve Fn::ImportValue');
  });
});
