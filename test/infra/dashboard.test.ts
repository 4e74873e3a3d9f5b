import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { toText } from './alarms/in-the-cloud.ts';
import { type NamedMetric, whyUnknown } from './alarms/known-metrics.ts';
import { createWorkspace, type SynthesisedBridge, synthesiseBridge } from './synthesised-bridge.ts';

const body = z.object({
  widgets: z.array(
    z.object({
      type: z.enum(['text', 'alarm', 'metric']),
      y: z.number(),
      properties: z.object({
        title: z.string().optional(),
        markdown: z.string().optional(),
        alarms: z.array(z.string()).optional(),
        metrics: z.array(z.array(z.unknown())).optional(),
        annotations: z.object({ horizontal: z.array(z.object({ value: z.number() })) }).optional(),
      }),
    }),
  ),
});
type Widget = z.infer<typeof body>['widgets'][number];

const workspace = createWorkspace();
let bridge: SynthesisedBridge;
let widgets: Widget[];
beforeAll(async () => {
  bridge = await synthesiseBridge(workspace);
  const [dashboard] = Object.values(bridge.ofType('AWS::CloudWatch::Dashboard'));
  widgets = body.parse(JSON.parse(toText(dashboard?.Properties.DashboardBody))).widgets;
});
afterAll(workspace.remove);

const titled = (title: string) => widgets.find((widget) => widget.properties.title === title)!;

/** A metric in a graph: namespace, name, and each dimension with its value; an expression has neither. */
function getMetrics({ properties }: Widget): NamedMetric[] {
  return (properties.metrics ?? []).flatMap((row) => {
    const upstreamMessage = row.filter((word) => typeof word === 'string');
    const [namespace, name, ...pairs] = upstreamMessage;
    if (namespace === undefined || name === undefined) return [];
    const dimensions: Record<string, string> = {};
    for (let at = 0; at < pairs.length; at += 2) dimensions[pairs[at]!] = pairs[at + 1]!;
    return [{ namespace, name, dimensions }];
  });
}

describe('the dashboard', () => {
  it('has the name of the stack', () => {
    bridge.assertions.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'acme-test' });
  });

  it('shows service levels first and resources after', () => {
    const headings = widgets
      .filter(({ type }) => type === 'text')
      .sort((one, other) => one.y - other.y)
      .map(({ properties }) => properties.markdown);
    expect(headings).toEqual([
      '## Service levels',
      '## Needs a person',
      '## Webhooks and calls',
      '## Queues',
      '## Functions',
      '## Table',
    ]);
    const lowest = (namespaces: RegExp, pick: (...ys: number[]) => number) =>
      pick(
        ...widgets
          .filter((widget) => getMetrics(widget).some(({ namespace }) => namespaces.test(namespace)))
          .map(({ y }) => y),
      );
    const levels = ['OldestUnsubmittedSaleSeconds', 'OldestUnconfirmedShipmentSeconds', 'JobAgeSeconds'];
    const shown = widgets.filter((widget) => getMetrics(widget).some(({ name }) => levels.includes(name)));
    expect(shown).toHaveLength(levels.length);
    expect(Math.max(...shown.map(({ y }) => y))).toBeLessThan(lowest(/^AWS\//, Math.min));
  });

  it('shows the state of every alarm at the top', () => {
    const [status, ...others] = widgets.filter(({ type }) => type === 'alarm');
    expect(others).toEqual([]);
    const alarms = Object.keys(bridge.ofType('AWS::CloudWatch::Alarm')).map((id) => `<${id}>`);
    expect(status?.properties.alarms?.toSorted()).toEqual(alarms.sort());
    expect(status?.y).toBe(1);
  });

  it('draws where the alarm of a promise fires', () => {
    const line = (title: string) =>
      titled(title).properties.annotations?.horizontal.map(({ value }) => value);
    expect(line('Oldest sale not accepted by its service (s)')).toEqual([1_800]);
    expect(line('Oldest shipment not written to DEAR (s)')).toEqual([3_600]);
    expect(line('Refused, and on the order')).toBeUndefined();
  });

  it('shows only metrics that are emitted', () => {
    const metrics = widgets.flatMap(getMetrics);
    expect(metrics.length).toBeGreaterThan(50);
    expect(metrics.map((metric) => whyUnknown(metric, 'acme-test')).filter((why) => why !== '')).toEqual([]);
  });
});
