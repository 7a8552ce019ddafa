/**
 * Watches, beside a location that asks for a lock, whether its thread holds locks already: the text of that test.
 *
 * Which locks are held is a set of bits; each set that comes with a slot not seen at this location is handed to
 * `lock-order.ts`, which makes edges of it.
 */
import type { Location } from "../../ir/program.ts";
import { numberCode, type Scope } from "./expression-code.ts";
import { readAt } from "./field-code.ts";
import type { Layout, Packed } from "./layout.ts";

/** Every cell that says who holds a lock. */
export function holderCells(
  layout: Layout,
): readonly { readonly variable: number; readonly field: Packed; readonly position: number }[] {
  return layout.program.variables.flatMap(({ tags }, variable) => {
    const field = layout.variables[variable];
    if (tags.holder === undefined || !field) return [];
    return Array.from({ length: field.length }, (_, position) => ({ variable, field, position }));
  });
}

/** Locks whose bits fit one word; with more, every request is handed on. */
const locksMax = 30;

export function requestWatch(
  scope: Scope,
  location: number,
  requests: NonNullable<Location["requests"]>,
): string {
  const report = `H.request(${scope.self}, ${location}, p);`;
  const cells = holderCells(scope.layout);
  if (cells.length > locksMax) return report;
  const held = cells.map(({ variable, field, position }, bit) => {
    const { text } = readAt(field, position, scope.words, `v${variable}`);
    return `(${text} === ${scope.self} ? ${2 ** bit} : 0)`;
  });
  const slot = numberCode(scope, requests.index).text;
  const key = `${scope.self * 65536 + location}`;
  return `{ const held = ${held.join(" | ") || "0"}; if (held !== 0 && asked(${key}, held, ${slot})) ${report} }`;
}

/** Remembers which sets of locks were seen at a location: `Q` maps its key to them. */
export const askedFunction = `function asked(key, held, slot) {
  let seen = Q.get(key);
  if (seen === undefined) Q.set(key, seen = new Set());
  const what = held + slot * ${2 ** locksMax};
  if (seen.has(what)) return false;
  seen.add(what);
  return true;
}`;
