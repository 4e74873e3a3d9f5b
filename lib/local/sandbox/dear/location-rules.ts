import type { z } from 'zod';
import { locationById } from './lookup.ts';
import { Refusal } from './refusal.ts';
import type { LocationRequest } from './requests.ts';
import type { newLocationInput } from './screen-requests.ts';
import type { DearState, LocationRecord } from './state.ts';
import type { World } from './world.ts';

/** @throws {Refusal} where a warehouse has that name already */
export function addLocation(world: World, input: z.infer<typeof newLocationInput>): LocationRecord {
  const { name, isDeprecated, ownedByBuiltInIntegration, bins } = input;
  requireFreeName(world.state, name, null);
  const shared = { isDefault: false, isDeprecated, ownedByBuiltInIntegration };
  const location: LocationRecord = { id: world.newId(), name, parentId: null, ...shared };
  const binRecords = bins.map((bin) => ({
    id: world.newId(),
    name: bin,
    parentId: location.id,
    ...shared,
  }));
  world.state.locations.push(location, ...binRecords);
  return location;
}

/** A warehouse, or with a parent a bin, as the API makes it. */
export function createLocation(world: World, request: LocationRequest): LocationRecord {
  const { state, newId } = world;
  const parentId = request.ParentID?.toLowerCase() || null;
  if (parentId !== null && locationById(state, parentId).parentId !== null)
    throw new Refusal('A bin cannot have bins');
  requireFreeName(state, request.Name, parentId);
  const location: LocationRecord = {
    id: newId(),
    name: request.Name,
    isDefault: false,
    isDeprecated: false,
    parentId,
    ownedByBuiltInIntegration: false,
  };
  state.locations.push(location);
  return location;
}

function requireFreeName({ locations }: DearState, name: string, parentId: string | null): void {
  const taken = locations.some(
    (other) => other.parentId === parentId && other.name.toLowerCase() === name.toLowerCase(),
  );
  if (taken) throw new Refusal(`There is a location '${name}' already`);
}
