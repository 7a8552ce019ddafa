/**
 * The numbers by which generated code names what it found: keys (a rule at a place; found once, it is not looked for
 * again) and sites (a spot of the code that reports). Names of the Program stay here, outside the generated text.
 */
import type { Violation } from "../../ir/program.ts";
import type { Type } from "../../ir/type.ts";

/** A spot in a step that can report. */
export interface Site {
  /** Number of the thread, from 1. */
  readonly thread: number;
  /** Index in the thread's graph. */
  readonly location: number;
  readonly step: number;
  readonly kind: "check" | "frees" | "fatal" | "limit" | "range";
  readonly violation?: Violation;
  readonly limit?: string;
  /** What may leave its range here. */
  readonly targets?: readonly { readonly name: string; readonly type: Type }[];
}

export interface Sites {
  readonly all: readonly Site[];
  readonly keys: ReadonlyMap<string, number>;
  /** Number of a new site. */
  readonly site: (site: Site) => number;
  /** Number of the key of a rule and place. */
  readonly key: (violation: Violation) => number;
}

export const keyText = ({ rule, place }: Pick<Violation, "rule" | "place">): string =>
  `${rule} @ ${place}`;

export function createSites(): Sites {
  const all: Site[] = [];
  const keys = new Map<string, number>();
  return {
    all,
    keys,
    site: (site) => all.push(site) - 1,
    key: (violation) => {
      const text = keyText(violation);
      const number = keys.get(text) ?? keys.size;
      keys.set(text, number);
      return number;
    },
  };
}
