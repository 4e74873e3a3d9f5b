import type { Group } from './group.ts';

export const EXTENSIV: readonly Group[] = [];
