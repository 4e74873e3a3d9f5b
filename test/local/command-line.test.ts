import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../local/command-line.ts';

describe('readCommandLine', () => {
  it('defaults to state in .local and ports 9400 to 9406', () => {
    expect(readCommandLine([])).toEqual({
      help: false,
      reset: false,
      stateDirectory: '.local',
      ports: {
        api: 9400,
        dear: 9401,
        provider: 9402,
        sqs: 9403,
        dynamoDb: 9404,
        secrets: 9405,
        console: 9406,
      },
      endpoint: null,
      provider: null,
    });
  });

  it('reads every option', () => {
    const line = ['--port', '7000', '--state', 'elsewhere', '--reset', '--endpoint', 'http://127.0.0.1:4566'];
    expect(readCommandLine(line)).toMatchObject({
      reset: true,
      stateDirectory: 'elsewhere',
      ports: { api: 7000, secrets: 7005 },
      endpoint: 'http://127.0.0.1:4566',
    });
    expect(readCommandLine(['--ephemeral']).stateDirectory).toBeNull();
    expect(readCommandLine(['-h']).help).toBe(true);
  });

  it.each([
    [['--prot', '9500'], '--prot'],
    [['--port', '80'], '--port 80 is not a port between 1024 and 65529'],
    [['--port', 'many'], '--port many is not a port'],
    [['--port', '65535'], '--port 65535'],
    [['--endpoint', 'here'], '--endpoint here is not a URL'],
    [['--ephemeral', '--reset'], '--ephemeral keeps no state'],
    [['again'], 'again'],
  ])('refuses %j', (line, message) => {
    expect(() => readCommandLine(line)).toThrow(message);
  });
});
