/** The rail of a lane: the thread's line, what it holds, where it is blocked, and its level, between the steps. */
import type { Trace } from "../../trace/document.ts";
import { levelLetter, levelName } from "../../trace/level.ts";
import { visible } from "../escape.ts";
import { element, type Markup } from "./element.ts";
import { pointOf, type SwimlaneLayout } from "./swimlane-layout.ts";

/** Colours of levels, dark enough to read white letters on; also told by letters. */
const LEVEL_COLOURS: readonly string[] = ["#57606a", "#9a6700", "#6639ba"];
const DEVICE_LEVEL_COLOUR = "#a40e26";

export const levelColour = (level: number): string => LEVEL_COLOURS[level] ?? DEVICE_LEVEL_COLOUR;

const LOCK_COLOURS = ["#1a7f37", "#0969da", "#bc4c00", "#0b7285", "#8a4600", "#5c7c0b"];

/** The locks of a trace in the order in which they are first held, each with a colour. */
export function lockColours(trace: Trace): ReadonlyMap<string, string> {
  const objects = trace.steps.flatMap(({ holds }) => holds.map(({ object }) => object));
  return new Map(
    [...new Set(objects)].map((object, index) => [
      object,
      LOCK_COLOURS[index % LOCK_COLOURS.length] as string,
    ]),
  );
}

/** Where a lane's line stands, right of the lane's left edge. */
export const RAIL_LEFT = 16;

/** A stretch of a lane in which nothing about its thread changes. */
interface Stretch {
  readonly top: number;
  readonly bottom: number;
  readonly level: number;
  readonly blocked: boolean;
  readonly holds: readonly string[];
}

/** The rails of all lanes. */
export function rails(layout: SwimlaneLayout, trace: Trace): readonly Markup[] {
  const colours = lockColours(trace);
  return layout.threads.flatMap((thread, lane) => {
    const x = layout.lanesLeft + lane * layout.laneWidth + RAIL_LEFT;
    const stretches = joined(stretchesOf(layout, trace, thread));
    return [
      ...stretches.map((stretch) => threadLine(x, stretch)),
      ...lockSpans(x, stretches, colours),
      ...levelMarks(x, stretches),
    ];
  });
}

function stretchesOf(layout: SwimlaneLayout, trace: Trace, thread: string): readonly Stretch[] {
  const { rows, lanesTop } = layout;
  const bottom = layout.height - 44;
  const points = [...rows.map(pointOf), bottom];
  const start: Stretch = {
    top: lanesTop,
    bottom: points[0] ?? bottom,
    level: levelAt(trace, thread, 0),
    blocked: false,
    holds: [],
  };
  const others = rows.map(({ state }, index): Stretch => {
    const holds = (state?.holds ?? []).filter((hold) => hold.thread === thread);
    return {
      top: points[index] ?? bottom,
      bottom: points[index + 1] ?? bottom,
      level: levelAt(trace, thread, state?.index ?? 0),
      blocked: state?.blocked.includes(thread) ?? false,
      holds: holds.map(({ object }) => object),
    };
  });
  return [start, ...others];
}

/** The thread's level after step `index`; before its first step, the level of that one. */
function levelAt({ steps }: Trace, thread: string, index: number): number {
  const last = steps.findLast((step) => step.thread === thread && step.index <= index);
  if (last) return last.levelAfter ?? last.level;
  return steps.find((step) => step.thread === thread)?.level ?? 0;
}

/** Neighbouring stretches that do not differ become one. */
function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    const same =
      last &&
      last.level === stretch.level &&
      last.blocked === stretch.blocked &&
      last.holds.join("\n") === stretch.holds.join("\n");
    if (same) result[result.length - 1] = { ...last, bottom: stretch.bottom };
    else result.push(stretch);
  }
  return result;
}

function threadLine(x: number, { top, bottom, level, blocked }: Stretch): Markup {
  const style = blocked
    ? { stroke: "#6e7781", "stroke-width": 2.5, "stroke-dasharray": "3 5" }
    : { stroke: levelColour(level), "stroke-width": level === 0 ? 3 : 6 };
  return element("line", { x1: x, y1: top, x2: x, y2: bottom, ...style });
}

function lockSpans(
  x: number,
  stretches: readonly Stretch[],
  colours: ReadonlyMap<string, string>,
): readonly Markup[] {
  // Always in the order of first use, so that a span does not change places when another lock is taken.
  const order = [...colours.keys()];
  const sorted = (holds: readonly string[]) =>
    [...holds].sort((one, other) => order.indexOf(one) - order.indexOf(other));
  return stretches.flatMap(({ top, bottom, holds }) =>
    sorted(holds).map((object, index) =>
      element(
        "rect",
        { x: x + 8 + index * 7, y: top, width: 5, height: bottom - top, fill: colours.get(object) },
        element("title", {}, visible(`holds ${object}`)),
      ),
    ),
  );
}

/** A letter wherever the level changes, and at the start if it is raised. */
function levelMarks(x: number, stretches: readonly Stretch[]): readonly Markup[] {
  return stretches.flatMap(({ top, level }, index) => {
    if ((stretches[index - 1]?.level ?? 0) === level) return [];
    const y = top + 19;
    const name = element("title", {}, levelName(level));
    const letter = { x, y: y + 4, "text-anchor": "middle", fill: "#ffffff", "font-size": 11 };
    return [
      element("circle", { cx: x, cy: y, r: 9, fill: levelColour(level) }, name),
      element("text", { ...letter, "font-weight": "bold" }, levelLetter(level)),
    ];
  });
}
