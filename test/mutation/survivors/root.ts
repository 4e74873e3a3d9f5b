import type { Group } from './group.ts';

export const ROOT: readonly Group[] = [];
