/** The length of a longest path, or nothing if there is a cycle: Kahn, Topological sorting of large networks, 1962. */
export function longestPath(edges: readonly (readonly number[])[]): number | undefined {
  const waiting = edges.map(() => 0);
  for (const targets of edges) for (const to of targets) waiting[to] = (waiting[to] ?? 0) + 1;
  const depths = edges.map(() => 0);
  const open = waiting.flatMap((count, index) => (count === 0 ? [index] : []));
  let removed = 0;
  let longest = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    removed += 1;
    longest = Math.max(longest, depths[at] ?? 0);
    for (const to of edges[at] ?? []) {
      depths[to] = Math.max(depths[to] ?? 0, (depths[at] ?? 0) + 1);
      waiting[to] = (waiting[to] ?? 0) - 1;
      if (waiting[to] === 0) open.push(to);
    }
  }
  return removed === edges.length ? longest : undefined;
}
