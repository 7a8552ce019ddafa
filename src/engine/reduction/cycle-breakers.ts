/**
 * States of which every cycle of a graph has one: the targets of the back edges of a depth-first search (Tarjan, Depth-first
 * search and linear graph algorithms, 1972).
 */

/** `edges` by state; states that are `broken` count as if they were not there. */
export function cycleBreakers(
  edges: readonly (readonly number[])[],
  broken: (state: number) => boolean,
): ReadonlySet<number> {
  const breakers = new Set<number>();
  const standing = new Uint8Array(edges.length);
  const next = new Int32Array(edges.length);
  const path: number[] = [];
  const enter = (state: number): void => {
    standing[state] = ON_PATH;
    path.push(state);
  };
  for (let root = 0; root < edges.length; root += 1) {
    if (standing[root] === NEW && !broken(root)) enter(root);
    for (let state = path.at(-1); state !== undefined; state = path.at(-1)) {
      const to = edges[state]?.[next[state] ?? 0];
      next[state] = (next[state] ?? 0) + 1;
      if (to === undefined) {
        standing[state] = LEFT;
        path.pop();
      } else if (standing[to] === ON_PATH) {
        breakers.add(to);
      } else if (standing[to] === NEW && !broken(to)) {
        enter(to);
      }
    }
  }
  return breakers;
}

const NEW = 0;
const ON_PATH = 1;
const LEFT = 2;
