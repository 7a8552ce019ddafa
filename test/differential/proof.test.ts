/**
 * A proof by reduction is never wrong: whatever it proves, the reference interpreter finds nothing in, on random driver
 * models and random Programs. Prints how many hold, how many were proved, and what stood in the way of the others.
 *
 * `KECHECK_PROOFS=20000` and `KECHECK_SEED=7` in the environment try more and others.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { prove } from "../../src/engine/reduction/prove.ts";
import { withFaults } from "../../src/ir/faults.ts";
import type { Program } from "../../src/ir/program.ts";
import { severityOf } from "../../src/ir/rules.ts";
import { explore } from "../../src/semantics/explore.ts";
import { drawnModel, modelOf } from "./arbitrary-model.ts";
import { arbitraryProgram } from "./arbitrary-program.ts";

const runs = Number(process.env.KECHECK_PROOFS ?? 1000);
const seed = Number(process.env.KECHECK_SEED ?? 20261124);

/** Warnings that a proof does not speak of. */
const UNJUDGED = ["dead-code", "lock-order"];

class Tally {
  holding = 0;
  proved = 0;
  private readonly obstacles = new Map<string, number>();

  judge(program: Program): void {
    const { complete, findings, limits, ends } = explore(program, 600);
    if (!complete) return;
    const bad = [...findings.values()].filter(({ rule }) => !UNJUDGED.includes(rule));
    const errors = bad.filter(({ rule }) => severityOf(rule) === "error");
    const holds = errors.length === 0 && limits.length === 0;
    if (holds) this.holding += 1;
    const proof = prove(program, { maxStates: 5000, interrupted: () => undefined });
    if (proof.proved) {
      this.proved += 1;
      expect({ bad: bad.map(({ rule }) => rule), limits, ends }).toEqual({
        bad: [],
        limits: [],
        ends: proof.ends,
      });
    } else if (holds) {
      this.obstacles.set(proof.because, (this.obstacles.get(proof.because) ?? 0) + 1);
    }
  }

  text(): string {
    const rows = [...this.obstacles]
      .sort(([, a], [, b]) => b - a)
      .map(([why, count]) => `${why} ${count}`);
    return `${this.holding} hold, ${this.proved} proved; else ${rows.join(", ")}\n`;
  }
}

it(`proves nothing of ${runs} random driver models that does not hold`, () => {
  const tally = new Tally();
  fc.assert(
    fc.property(drawnModel, (drawn) => {
      // Placed threads are not reduced; without places, more is tried.
      const { result } = modelOf({ ...drawn, processors: [] }).record({ parameters: {} });
      if (result.ok) tally.judge(drawn.faults ? result.program : withFaults(result.program, []));
    }),
    { numRuns: runs, seed },
  );
  process.stdout.write(`driver models: ${tally.text()}`);
  expect(tally.proved).toBeGreaterThan(runs / 30);
}, 600_000);

it(`proves nothing of ${runs} random Programs that does not hold`, () => {
  const tally = new Tally();
  fc.assert(
    fc.property(arbitraryProgram, ({ program }) => {
      tally.judge(program);
    }),
    { numRuns: runs, seed },
  );
  process.stdout.write(`Programs: ${tally.text()}`);
  expect(tally.proved).toBeGreaterThan(runs / 60);
}, 600_000);
