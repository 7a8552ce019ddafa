/** The parts of one search, made from a Program: its compiled steps, its visited set, and who watches what happens. */
import type { Program } from "../../ir/program.ts";
import type { SearchOptions } from "../result.ts";
import { compile, type Machine } from "./compile.ts";
import { createFindings, type Findings } from "./findings.ts";
import { layoutOf } from "./layout.ts";
import { type MakeQuotient, type Quotient, representing } from "./quotient.ts";
import { type RareCode, rareCode } from "./rare-code.ts";
import type { States } from "./states.ts";
import { createWindows, type Windows } from "./trace-back.ts";
import { createVisited, type Tuning, type Visited } from "./visited.ts";
import { Watch } from "./watch.ts";

/** Everything that one search works on. */
export interface Work {
  readonly program: Program;
  readonly options: SearchOptions;
  readonly machine: Machine;
  readonly rare: RareCode;
  readonly states: States;
  readonly windows: Windows;
  readonly watch: Watch;
  readonly findings: Findings;
  /** Where a state stands for others. */
  readonly quotient: Quotient | undefined;
}

/** Of a search whose loop runs in JavaScript, step by step. */
export interface SteppedWork extends Work {
  /** Its states, and how more are added. */
  readonly visited: Visited;
}

export function prepare(
  program: Program,
  options: SearchOptions,
  tuning: Tuning,
  makeQuotient?: MakeQuotient,
): SteppedWork {
  const layout = layoutOf(program);
  const findings = createFindings(options.first);
  const watch = new Watch(findings, options.onTerminal);
  const compiled = compile(layout, watch.hooks, tuning.batch);
  const rare = rareCode(layout, compiled.source);
  const quotient = makeQuotient?.(compiled, rare);
  const machine = quotient ? representing(compiled, quotient) : compiled;
  watch.start(machine, rare, quotient);
  for (const [index, { kind }] of program.properties.entries())
    machine.wantedProperties[index] = kind === "atEnd" ? 0 : 1;
  const visited = createVisited({
    words: layout.words,
    stride: machine.stride,
    batch: Math.ceil(machine.successors.length / machine.stride),
    maxBytes: options.maxBytes - machine.bytes,
    tuning,
  });
  const windows = createWindows();
  return {
    ...{ program, options, machine, rare, visited, windows, watch, findings, quotient },
    states: visited,
  };
}
