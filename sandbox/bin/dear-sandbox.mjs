#!/usr/bin/env node

// Node 22.18 and later strip types, but not of files below node_modules.
if (!process.features.typescript || import.meta.url.includes('/node_modules/')) {
  const { register } = await import('tsx/esm/api');
  register();
}
const { main } = await import('../cli/main.ts');
await main(process.argv.slice(2));
