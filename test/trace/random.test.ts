/** Random Programs: whatever the oracle finds is confirmed, explained and shown, and the trace's schedule replays to it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSchedule } from "../../src/ir/schedule.ts";
import { swimlaneSvg } from "../../src/report/svg/swimlane.ts";
import { terminalText } from "../../src/report/terminal.ts";
import { explore } from "../../src/semantics/explore.ts";
import { confirm, findingOf } from "../../src/trace/verdict.ts";
import { arbitraryProgram } from "../differential/arbitrary-program.ts";
import { resultOf } from "../report/results.ts";

describe("every finding of a random Program", () => {
  it("is confirmed, and its trace tells the same run", () => {
    fc.assert(
      fc.property(arbitraryProgram, ({ program }) => {
        for (const found of explore(program, 2_000).findings.values()) {
          const made = findingOf(program, found);
          if (!made.ok) throw new Error(made.message);
          const { trace, explanation } = made.finding;
          const parsed = parseSchedule(trace?.schedule ?? "");
          if (!parsed.ok) throw new Error(`no schedule: ${parsed.word}`);
          expect(confirm(program, found, parsed.items).ok).toBe(true);
          expect(explanation?.sentence).toMatch(/\.$/);
          expect(explanation?.sentence).not.toMatch(/undefined|null is null|NaN|\[object/);
          const last = trace?.steps.length ?? 0;
          for (const { index } of explanation?.steps ?? []) {
            expect(index).toBeGreaterThan(0);
            expect(index).toBeLessThanOrEqual(last);
          }
        }
      }),
      { numRuns: 150, seed: 20 },
    );
  });

  it("is shown on a terminal and as a drawing", () => {
    fc.assert(
      fc.property(arbitraryProgram, fc.integer({ min: 60, max: 160 }), ({ program }, width) => {
        for (const found of explore(program, 1_000).findings.values()) {
          const made = findingOf(program, found);
          if (!made.ok) throw new Error(made.message);
          const text = terminalText(resultOf(program, [made.finding]), { width, ascii: true });
          expect(text).toMatch(/^[ -~\n]+$/);
          expect(text).not.toMatch(/undefined|NaN/);
          expect(swimlaneSvg(made.finding) ?? "").not.toMatch(/undefined|NaN/);
        }
      }),
      { numRuns: 60, seed: 21 },
    );
  });
});
