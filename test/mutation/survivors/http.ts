import type { Group } from './group.ts';

export const HTTP: readonly Group[] = [];
