import type { Location } from "./program.ts";

/** The locations that some path from the first one leads to, in their order. Guards are not looked at. */
export function reachableLocations(locations: readonly Location[]): readonly Location[] {
  const byId = new Map(locations.map((location) => [location.id, location]));
  const reached = new Set<string>();
  const open = locations.slice(0, 1).map(({ id }) => id);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const location = byId.get(id);
    if (!location || reached.has(id)) continue;
    reached.add(id);
    const going = location.steps.filter(({ fatal, limit }) => !fatal && limit === undefined);
    open.push(...going.map(({ to }) => to));
  }
  return locations.filter(({ id }) => reached.has(id));
}
