/** What generated code calls when something happens in a state. `p` is where the state begins in the machine's `source`. */
import { InternalError } from "../../support/assert.ts";
import type { Import } from "../codegen/code.ts";

export interface Hooks {
  readonly check: (site: number, p: number) => void;
  /** A step that stops the run has fired. */
  readonly stop: (site: number, p: number) => void;
  /** A value would leave its type, which stops the run. */
  readonly range: (site: number, which: number, value: number, p: number) => void;
  readonly freed: (site: number, index: number, p: number) => void;
  /** An invariant is false, or a `reachable` is true. */
  readonly property: (index: number, p: number) => void;
  /** Accesses that may conflict are about to happen. */
  readonly race: (p: number) => void;
  /** A thread that holds a lock asks for another one, in a way not seen lately. */
  readonly request: (thread: number, location: number, p: number) => void;
  readonly terminal: (p: number) => void;
}

/** The hooks as imports of generated code. Values and indices of Programs may be larger than 32 bits. */
export const hookImports: readonly (Import & { readonly name: keyof Hooks })[] = [
  { name: "check", parameters: ["i32", "i32"] },
  { name: "stop", parameters: ["i32", "i32"] },
  { name: "range", parameters: ["i32", "i32", "f64", "i32"] },
  { name: "freed", parameters: ["i32", "f64", "i32"] },
  { name: "property", parameters: ["i32", "i32"] },
  { name: "race", parameters: ["i32"] },
  { name: "request", parameters: ["i32", "i32", "i32"] },
  { name: "terminal", parameters: ["i32"] },
];

/** Called where a thread is started that runs. */
export function restarted(thread: number): never {
  throw new InternalError(`thread ${thread} is started while it runs`);
}

export const restartedImport: Import = { name: "restarted", parameters: ["i32"] };
