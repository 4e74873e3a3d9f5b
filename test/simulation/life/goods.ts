export const LOCATION = 'ShipStation Austin';

/** Of which there is too little in some lives. */
export const SCARCE = 'TRL-KNIFE-S';
export const SKUS: readonly [string, ...string[]] = ['TRL-MUG-350', 'TRL-TENT-2P', SCARCE];
/** Which no one buys, so that nothing speaks against correcting its stock. */
export const SHELVED = 'TRL-STOVE-1B';
export const STOCKED = [...SKUS, SHELVED];
/** What there is of each product at the beginning. */
export const PLENTY = 10_000;
/** Of every product. */
export const PRICE = 10;
