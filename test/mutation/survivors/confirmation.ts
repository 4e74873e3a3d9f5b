import type { Group } from './group.ts';

export const CONFIRMATION: readonly Group[] = [];
