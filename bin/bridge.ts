#!/usr/bin/env node
import { run } from '../lib/operator/command-line/run.ts';
import { terminalOf } from '../lib/operator/command-line/terminal.ts';

/** The operator's command. Node 24 strips the types by itself. */
process.exitCode = await run(process.argv.slice(2), { terminal: terminalOf(process, process.env) });
