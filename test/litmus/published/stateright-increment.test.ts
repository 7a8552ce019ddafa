/**
 * Two threads add to one counter without a lock: each reads it into a local, then writes the local plus one.
 *
 * Published: github.com/stateright/stateright, commit ab8c8be, examples/increment.rs, opening comment, which lists them:
 * "Without symmetry reduction, the state space is composed of 13 unique states".
 */
import { model, plus, upTo } from "kecheck";
import { describe, expect, it } from "vitest";
import { measured, programOf } from "./measure.ts";

const increment = model("increment", (m) => {
  const counter = m.shared("counter", upTo(2));
  const worker = m.thread("worker", (t) => {
    const seen = t.local("seen", upTo(2));
    t.assign(seen, counter);
    t.assign(counter, plus(seen, 1));
  });
  m.start(worker, { name: "first" });
  m.start(worker, { name: "second" });
});

describe("stateright", () => {
  it("increment.rs, 2 threads: 13 unique states", () => {
    expect(measured(programOf(increment)).states).toBe(13);
  });
});
