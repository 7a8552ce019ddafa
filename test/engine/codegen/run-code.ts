/** What running a random module does: results, imports called in order, and memory at the end. */
import type { CodeModule } from "../../../src/engine/codegen/code.ts";
import type { Exports, Surroundings } from "../../../src/engine/codegen/javascript.ts";
import { type RandomModule, regionLength } from "./arbitrary-code.ts";

export interface Behaviour {
  readonly results: readonly number[];
  readonly notes: readonly (readonly number[])[];
  readonly words: readonly number[];
  readonly bytes: readonly number[];
}

export type Printer = (module: CodeModule, surroundings: Surroundings) => Exports;

/** Regions start out filled; zeros have no sign, which no program can see. */
export function behaviour({ module, calls }: RandomModule, printer: Printer): Behaviour {
  const words = Int32Array.from({ length: regionLength }, (_, at) => at * 0x1357_9bdf);
  const bytes = Uint8Array.from({ length: regionLength }, (_, at) => at * 37);
  const notes: number[][] = [];
  const note = (...parameters: number[]): void => {
    notes.push(parameters.map((value) => value + 0));
  };
  const imports = {
    note,
    ask: (value: number) => {
      note(value);
      return Math.imul(value, 3) ^ notes.length;
    },
    tell: (value: number) => {
      note(value);
      return (value % 2 ** 40) + notes.length;
    },
  };
  const exports = printer(module, { regions: { words, bytes }, imports });
  const results = calls.map(({ name, parameters }) => Number(exports[name]?.(...parameters)) + 0);
  return { results, notes, words: [...words], bytes: [...bytes] };
}
