/**
 * Lock orders of the states that a search did not look at: those of the representatives, renamed in every way.
 *
 * A lock is known by its name, which tells the slots of an array apart; a renaming of slots renames such locks.
 */
import type { Program } from "../../ir/program.ts";
import { type LockOrderEdge, lockName } from "../explicit/lock-order.ts";

type Rename = (value: number) => number;

/** What each lock is called after a renaming of indices; nothing if two locks of one name become different ones. */
export function lockNamesAfter(
  program: Program,
  indexOf: (variable: string) => Rename,
): ReadonlyMap<string, string> | undefined {
  const names = new Map<string, string>();
  for (const variable of program.variables) {
    if (variable.tags.holder === undefined) continue;
    const after = indexOf(variable.name);
    for (const position of variable.initial.keys()) {
      const index = variable.first + position;
      const [name, becomes] = [lockName(variable, index), lockName(variable, after(index))];
      if (name === undefined || becomes === undefined) return undefined;
      if ((names.get(name) ?? becomes) !== becomes) return undefined;
      names.set(name, becomes);
    }
  }
  return names;
}

/** An exchange of two threads, as lock orders see it. */
export interface LockExchange {
  readonly threadOf: Rename;
  readonly names: ReadonlyMap<string, string>;
}

/** All edges that exchanges make of some, themselves included. */
export function everyImage(
  edges: readonly LockOrderEdge[],
  exchanges: readonly LockExchange[],
): readonly LockOrderEdge[] {
  const all = new Map(edges.map((edge) => [JSON.stringify(edge), edge]));
  // A map's iterator also visits what is added on the way.
  for (const edge of all.values()) {
    for (const { threadOf, names } of exchanges) {
      const after = (name: string): string => names.get(name) ?? name;
      const image = {
        ...edge,
        from: after(edge.from),
        to: after(edge.to),
        thread: threadOf(edge.thread),
        held: edge.held.map(after).sort(),
      };
      const key = JSON.stringify(image);
      if (!all.has(key)) all.set(key, image);
    }
  }
  return [...all.values()];
}
