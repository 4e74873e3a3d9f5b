export { FilesStaff, FULL_SERVICE, providerSandbox } from './provider-sandbox.ts';
export { startFilesSandbox } from './server.ts';
