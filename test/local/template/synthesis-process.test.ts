import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import bridgeConfig from '../../../bridge.config.ts';
import { parseSettings } from '../../../lib/settings/define-config.ts';
import type { SynthesisRequest } from '../../../local/template/build-bridge.ts';

const toPath = (relative: string) => fileURLToPath(new URL(`../../../${relative}`, import.meta.url));

it('a build ends with the process that asked for it, before it writes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'synthesis-'));
  const child = fork(toPath('local/template/synthesis-process.ts'), { execArgv: [] });
  const ended = once(child, 'exit');
  const request: SynthesisRequest = {
    settings: parseSettings(bridgeConfig, 'bridge.config.ts'),
    stage: 'local',
    outdir: join(folder, 'cdk.out'),
    functionsDirectory: join(folder, 'functions'),
    entriesDirectory: toPath('functions'),
    runtimeFile: join(folder, 'runtime.mjs'),
  };
  await new Promise((resolve) => child.send(request, resolve));
  child.disconnect();
  await ended;
  expect(existsSync(join(folder, 'functions'))).toBe(false);
  rmSync(folder, { recursive: true });
});
