/** All side conditions: the type makes sure that none is missing. */
import type { SideCondition } from "../../src/engine/reduction/side-conditions.ts";

const named: Readonly<Record<SideCondition, true>> = {
  interference: true,
  "same-guards": true,
  "same-checks": true,
  "same-values": true,
  "values-last": true,
  "right-movers": true,
  "left-movers": true,
  alone: true,
  "may-block": true,
  "race-boundary": true,
  "race-dependence": true,
  "visible-step": true,
  "visible-dependence": true,
  future: true,
  starters: true,
  "stop-expansion": true,
  range: true,
  proviso: true,
};

export const SIDE_CONDITIONS = Object.keys(named) as readonly SideCondition[];
