import type { Group } from './group.ts';

export const CARTROVER: readonly Group[] = [];
