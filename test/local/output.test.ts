import { beforeEach, describe, expect, it } from 'vitest';
import { createOutput, type LogRecord, wantsColour } from '../../local/output.ts';

const AT = '2026-03-04T10:02:30.000Z';
const clock = new Date(AT).toTimeString().slice(0, 8);
let lines: string[];
let events: LogRecord[];
beforeEach(() => {
  lines = [];
  events = [];
});

const create = (colour = false) =>
  createOutput({
    write: (line) => lines.push(line),
    onEvent: (record) => events.push(record),
    now: () => Date.parse(AT),
    colour,
  });

/** A line as Powertools' logger writes it. */
function logged(fields: Record<string, unknown>): string {
  return JSON.stringify({
    level: 'INFO',
    message: 'parcel.weighed',
    timestamp: AT,
    service: 'weigh-parcel',
    sampling_rate: 0,
    xray_trace_id: '1-2-3',
    cold_start: true,
    function_arn: 'arn:aws:lambda:us-east-1:000000000000:function:acme-weigh-parcel',
    function_memory_size: '256',
    function_name: 'acme-weigh-parcel',
    function_request_id: '6f4c',
    ...fields,
  });
}

describe('a line of JSON from the logger', () => {
  it('is shown as time, function, event and further fields', () => {
    create().functionLine(
      'weigh-parcel',
      logged({ parcel: 'P-1', grams: 140, places: ['a', 'b'], note: '', none: null }),
    );
    expect(lines).toEqual([
      `${clock}  weigh-parcel      parcel.weighed         parcel=P-1 grams=140 places="a, b"`,
    ]);
  });

  it('is passed to onEvent as a whole', () => {
    create().functionLine('weigh-parcel', logged({ parcel: 'P-1' }));
    expect(events).toMatchObject([{ message: 'parcel.weighed', parcel: 'P-1', function_request_id: '6f4c' }]);
  });

  it.each(['WARN', 'ERROR'])('is marked with its level %s', (level) => {
    create().functionLine('weigh-parcel', logged({ level, parcel: 'P-1' }));
    expect(lines[0]).toContain(`weigh-parcel      ${level} parcel.weighed`);
  });

  it('leaves out a sale’s id beside its number', () => {
    const output = create();
    output.functionLine('f', logged({ saleId: 'd1', saleOrderNumber: 'SO-1' }));
    output.functionLine('f', logged({ saleId: 'd1', saleOrderNumber: '' }));
    expect(lines.map((line) => line.slice(line.indexOf('sale')))).toEqual([
      'saleOrderNumber=SO-1',
      'saleId=d1',
    ]);
  });

  it('stays one line of plain text whatever a value contains', () => {
    create().functionLine('f', logged({ reason: 'first\nsecond\u001b[31m red', long: 'x'.repeat(400) }));
    expect(lines[0]).toContain('reason="first second red"');
    expect(lines[0]).toMatch(/long=x{299}…$/);
    expect(lines[0]).not.toMatch(/\p{Cc}/u);
  });

  it('shows the name and message of an error without its stack', () => {
    create().functionLine(
      'f',
      logged({ error: { name: 'RangeError', message: 'too far', stack: 'at x', location: 'y' } }),
    );
    expect(lines[0]).toContain('error={"name":"RangeError","message":"too far"}');
  });

  it('has colour only by option', () => {
    create(true).functionLine('f', logged({}));
    expect(lines[0]).toContain('\u001b[');
  });
});

describe('other lines', () => {
  it('are counted and not shown where they are embedded metrics', () => {
    const output = create();
    const metric = (name: string, value: unknown) =>
      JSON.stringify({
        _aws: { CloudWatchMetrics: [{ Namespace: 'acme', Metrics: [{ Name: name, Unit: 'Count' }] }] },
        service: 'f',
        [name]: value,
      });
    output.functionLine('f', metric('Weighed', 1));
    output.functionLine('f', metric('Weighed', [2, 3]));
    output.functionLine('f', metric('Refused', 1));
    expect(output.metrics()).toEqual({ Weighed: 6, Refused: 1 });
    expect(lines).toEqual([]);
    expect(events).toEqual([]);
  });

  it.each(['plain words', '{"half":', '{"no":"message"}', '[1]', 'null'])('are passed on: %s', (line) => {
    create().functionLine('f', line);
    expect(lines).toEqual([line]);
  });

  it('are shown without the stack that a crash prints below its sentence', () => {
    const { functionLine } = create();
    for (const line of [
      'TypeError: no scale',
      '    at weigh (file:///weigh.mjs:1:2)',
      '    at async main (x.mjs)',
    ])
      functionLine('weigh-parcel', line);
    expect(lines).toEqual(['TypeError: no scale']);
  });

  it('report a problem of the local system', () => {
    create().problem('run-job', new Error('Task timed out'));
    expect(lines).toEqual([
      `${clock}  run-job           ERROR local.problem          reason="Task timed out"`,
    ]);
  });
});

describe('wantsColour', () => {
  it.each([
    ['a terminal', true, {}, true],
    ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['a file', false, {}, false],
  ])('for %s', (_, isTTY, environment, expected) => {
    expect(wantsColour({ isTTY }, environment)).toBe(expected);
  });
});
