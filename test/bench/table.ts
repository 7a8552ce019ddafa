/** Measurements of one run of the benchmark as a Markdown table: medians, and everything relative to one side. */
import type { Measurement } from "./measure.ts";

export interface Side {
  readonly name: string;
  readonly measurements: readonly Measurement[];
}

/** A side's rates, from its median run by CPU time. */
export interface Rates {
  readonly name: string;
  readonly states: number;
  readonly transitions: number;
  readonly cpuSeconds: number;
  /** Slowest and fastest run. */
  readonly cpuSpread: readonly [number, number];
  readonly statesPerSecond: number;
  readonly transitionsPerSecond: number;
  readonly bytesPerState: number;
}

export function ratesOf({ name, measurements }: Side): Rates {
  const ordered = [...measurements].sort((one, other) => one.cpuSeconds - other.cpuSeconds);
  const median = ordered[Math.floor(ordered.length / 2)];
  const [fastest, slowest] = [ordered[0], ordered.at(-1)];
  if (!median || !fastest || !slowest) throw new Error(`${name} was not measured`);
  const { states, transitions, cpuSeconds, bytes } = median;
  return {
    ...{ name, states, transitions, cpuSeconds },
    cpuSpread: [fastest.cpuSeconds, slowest.cpuSeconds],
    statesPerSecond: states / cpuSeconds,
    transitionsPerSecond: transitions / cpuSeconds,
    bytesPerState: bytes / states,
  };
}

/** The table. `base` is the side whose states per second are 1. */
export function markdownTable(rates: readonly Rates[], base: Rates): string {
  const million = (value: number): string => (value / 1e6).toFixed(2);
  const rows = rates.map((side) => [
    side.name,
    side.states.toLocaleString("en-US"),
    side.transitions.toLocaleString("en-US"),
    `${side.cpuSeconds.toFixed(2)} (${side.cpuSpread.map((s) => s.toFixed(2)).join(" to ")})`,
    million(side.statesPerSecond),
    million(side.transitionsPerSecond),
    side.bytesPerState.toFixed(1),
    (side.statesPerSecond / base.statesPerSecond).toFixed(2),
  ]);
  const head = [
    ...["search", "states", "transitions", "CPU s, median (range)", "M states / CPU s"],
    ...["M transitions / CPU s", "bytes / state", "ratio"],
  ];
  const align = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, align, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
