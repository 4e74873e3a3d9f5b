export const PLACES = {
  main: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d101',
  austin: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d102',
  retired: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d103',
  shelves: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d104',
  shelfA: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d105',
  shelfB: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d106',
  integrated: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d107',
  reno: '9d3b7a10-51c6-4f2e-9a08-64e1b0c7d108',
} as const;
export type SeedPlace = keyof typeof PLACES;
