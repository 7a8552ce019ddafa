/** The head of an exported model: what it is, and the commands that judge it. */
import type { Program } from "../ir/program.ts";
import type { ExportOptions } from "./export-options.ts";
import { comment } from "./promela-names.ts";

/** Without these, Spin itself leaves states out, or adds some. */
const BUILD = [
  "spin -o1 -o2 -o3 -a FILE",
  "gcc -O2 -w -DSAFETY -DNOREDUCE -DVECTORSZ=4096 -o pan pan.c",
];

const RUNS: Readonly<Record<ExportOptions["rules"], readonly string[]>> = {
  ignore: [
    "./pan -E -m1000000",
    "It stores the states that `kecheck check --reduce none` tells, and tells one transition more.",
  ],
  assert: [
    "./pan -m1000000            stops at the first violation",
    "./pan -m1000000 -c0 -e     goes on to all of them",
    "spin -o1 -o2 -o3 -t -p FILE     shows the run (./pan -C, if there is embedded C)",
    "A failed assertion names its rule; an invalid end state is a deadlock, which -E would hide.",
    "Not judged: partial deadlocks, `reachable`, lock orders, dead code, and bounds of the model.",
    "While nothing is violated, the states stored are those that `kecheck check --reduce none` tells.",
  ],
};

export function headerLines(program: Program, { rules }: ExportOptions): readonly string[] {
  return [
    comment(program.name),
    ...[...BUILD, ...RUNS[rules]].map((line) => comment(line)),
    comment(
      "Locations: 0 is unborn, 1 is ended, n is at the label end_n. A longer run needs a larger -m.",
    ),
    "",
  ];
}
