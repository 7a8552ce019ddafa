/** The parts of a terminal report that speak of the whole result: its first line, its bounds, its statistics. */
import type { Finding, Result, Statistics } from "../trace/document.ts";
import { entryLines, type Screen, wrapped } from "./glyphs.ts";
import { bytesText, counted, countText, secondsText } from "./number-text.ts";
import { faultsText } from "./replay-command.ts";
import { shownFindings } from "./shown-findings.ts";

/** `x VIOLATED  rule  4 steps (simplest)  file`, or what holds, or why nothing is known. */
export function headline(
  screen: Screen,
  result: Result,
  finding: Finding | undefined,
): readonly string[] {
  const file = screen.text(result.file);
  const model = screen.text(result.model);
  const { glyphs } = screen;
  switch (result.verdict) {
    case "violated": {
      const verdict = screen.paint("bad", `${glyphs.violated} VIOLATED`);
      const rule = screen.paint("strong", screen.text(finding?.rule ?? ""));
      return [`${verdict}  ${rule}  ${simplicity(finding)}${file}`];
    }
    case "holds":
      return [`${screen.paint("good", `${glyphs.holds} HOLDS`)}  ${model}  ${file}`];
    case "inconclusive": {
      const verdict = screen.paint("unsure", `${glyphs.inconclusive} INCONCLUSIVE`);
      const reason = `no violation found in what was explored: ${result.reason ?? "unknown"}`;
      return [`${verdict}  ${model}  ${file}`, ...wrapped(screen.text(reason), screen.width, "  ")];
    }
  }
}

/** `4 steps (simplest)  `: how long the trace is, and what is known of shorter ones. */
function simplicity(finding: Finding | undefined): string {
  if (!finding?.trace) return "";
  const { minimal, shortest, trace } = finding;
  const steps = counted(trace.steps.length, "step");
  if (minimal?.proved) return `${steps} (simplest)  `;
  return shortest ? `${steps}, the fewest possible  ` : `${steps} (not shown to be simplest)  `;
}

/** What the verdict depends on: parameters, options, counts, what was left out. */
export function assumptionLines(screen: Screen, result: Result): readonly string[] {
  const { params, options, statistics, abstractions, witnesses } = result;
  const others = Object.entries(options).filter(([name]) => name !== "faults");
  const entry = (name: string, parts: readonly string[]): readonly string[] =>
    entryLines(screen, name, parts.join(", "));
  return [
    ...entry(
      "parameters",
      Object.entries(params).map(([name, value]) => `${name} = ${value}`),
    ),
    ...entry(
      "options",
      others.map(([name, value]) => `${name} ${optionText(value)}`),
    ),
    ...entry("failures", failures(result)),
    ...entry("counts", counts(statistics)),
    ...witnesses.flatMap(({ property, trace }) =>
      entry("reachable", [
        `${property}: ${counted(trace.steps.length, "step")}, schedule ${trace.schedule}`,
      ]),
    ),
    ...abstractions.flatMap(({ source, construct, treatment, direction }) => {
      const place = source ? ` (${source.file}:${source.line})` : "";
      const effect =
        direction === "over" ? "does more than the source" : "does less than the source";
      return entry("replaced", [`${construct}${place}: ${treatment}; the model ${effect}`]);
    }),
    ...entry("but", reservations(result)),
  ];
}

/** Which failures were explored; nothing of a model in which nothing can fail. */
function failures({ options, faultsLeftOut }: Result): readonly string[] {
  const explored = faultsText(options.faults);
  if (explored !== "none") {
    const others = faultsLeftOut?.join(", ") ?? "";
    return [`explored: ${explored}${others === "" ? "" : `; not explored: ${others}`}`];
  }
  return faultsLeftOut?.length === 0 ? [] : ["environment failures not explored"];
}

/** What the verdict does not say: an inconclusive one begins with it. */
function reservations({ verdict, reason }: Result): readonly string[] {
  if (reason === undefined || verdict === "inconclusive") return [];
  return verdict === "holds" ? [reason] : [`not everything was explored: ${reason}`];
}

const optionText = (value: Result["options"][string]): string =>
  typeof value === "object" ? value.join("+") || "none" : String(value);

function counts(statistics: Statistics): readonly string[] {
  const { interleavings, traces, lazyTraces, orbits, executions } = statistics;
  const named = {
    interleaving: interleavings,
    trace: traces,
    "lazy trace": lazyTraces,
    orbit: orbits,
    execution: executions,
  };
  return Object.entries(named).flatMap(([name, count]) => {
    if (count === undefined) return [];
    const kinds = name === "interleaving" ? finishes(statistics) : "";
    return [`${counted(count, name)}${kinds}`];
  });
}

/** ` (10 end, 2 blocked, 0 stopped)`: how the interleavings finish, as far as it is known. */
function finishes({ ended, blocked, stopped }: Statistics): string {
  const parts = Object.entries({ end: ended, blocked, stopped }).flatMap(([name, count]) =>
    count === undefined ? [] : [`${countText(count)} ${name}`],
  );
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** The last line: how much was looked at, whether that is all, and at what cost. */
export function statisticsLine(screen: Screen, result: Result): string {
  const { statistics, engine, verdict } = result;
  const findings = shownFindings(result);
  const found = findings.length > 0 ? `${counted(findings.length, "finding")}; ` : "";
  const reductions = engine.reductions.length > 0 ? ` with ${engine.reductions.join(", ")}` : "";
  const parts = [
    counted(statistics.states, "state"),
    counted(statistics.transitions, "transition"),
    `depth ${countText(statistics.depth)}`,
    ...(verdict === "holds" ? ["complete"] : []),
    `${engine.name}${reductions}`,
    ...(screen.timeless ? [] : [secondsText(statistics.seconds), bytesText(statistics.peakBytes)]),
  ];
  return screen.text(found + parts.join(", "));
}

/** A result in one line: verdict, file, and the rules violated or what is not known. */
export function summaryLine(screen: Screen, result: Result): string {
  const { glyphs } = screen;
  const marks = {
    holds: screen.paint("good", `${glyphs.holds} holds`),
    violated: screen.paint("bad", `${glyphs.violated} violated`),
    inconclusive: screen.paint("unsure", `${glyphs.inconclusive} inconclusive`),
  };
  const rules = [...new Set(shownFindings(result).map(({ rule }) => rule))].join(", ");
  const why = result.verdict === "inconclusive" ? (result.reason ?? "") : rules;
  return `${marks[result.verdict]}  ${screen.text(result.file)}${why === "" ? "" : `  ${screen.text(why)}`}`;
}
