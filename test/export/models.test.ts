/**
 * Spin as a second judge of every model in models/: the same states and transitions, the same rules violated.
 *
 * A model is judged for the expected parameters with which it is smallest; with `KECHECK_SPIN_MODELS=all` in the
 * environment, for all of its expectations that are small enough.
 */
import { describe, expect, it } from "vitest";
import { loadModel } from "../../src/app/load-model.ts";
import { optionsFor } from "../../src/app/meets.ts";
import { modelFiles } from "../../src/app/model-files.ts";
import { recordModel } from "../../src/app/record-model.ts";
import { search } from "../../src/engine/explicit/search.ts";
import { ENDED, type Program, UNBORN } from "../../src/ir/program.ts";
import { expectSameCounts, expectSameFindings, type Judged } from "./agreement.ts";
import { hasSpin } from "./run-spin.ts";

const STATES_MAX = 20_000;

interface Case {
  readonly title: string;
  readonly program: Program;
  readonly ours: Judged;
}

/** What the explicit engine says; nothing of a Program with too many states. */
function judged(program: Program): Judged | undefined {
  let invalidEnd = false;
  const { complete, findings, statistics } = search(program, {
    ...{ maxStates: STATES_MAX, maxBytes: 2 ** 30, first: false, count: false },
    interrupted: () => undefined,
    onTerminal: ({ locations }) => {
      invalidEnd ||= locations.some(
        (at, index) => at !== UNBORN && at !== ENDED && !program.threads[index]?.mayWaitForEver,
      );
    },
  });
  return complete ? { ...statistics, findings, invalidEnd } : undefined;
}

/** The expectations of a model that are small enough, smallest first. */
async function casesOf(file: string): Promise<readonly Case[]> {
  const loaded = await loadModel(file);
  if (!loaded.ok) throw new Error(`${file} does not load`);
  const { definition, expected } = loaded.model;
  const cases = expected.flatMap((one): readonly Case[] => {
    const chosen = optionsFor(one, { file });
    const recorded = chosen.ok ? recordModel(definition, chosen.options) : chosen;
    if (!recorded.ok) throw new Error(`${file} cannot be recorded as it expects`);
    const { program } = recorded;
    const ours = judged(program);
    const parameters = JSON.stringify(program.parameters);
    return ours ? [{ title: `${file} ${parameters}: ${ours.states} states`, program, ours }] : [];
  });
  return cases.sort((one, other) => one.ours.states - other.ours.states);
}

describe.skipIf(!hasSpin)("Spin agrees on", async () => {
  const { files } = modelFiles(hasSpin ? ["models"] : []);
  const casesByFile = await Promise.all(files.map(casesOf));
  const wanted = process.env.KECHECK_SPIN_MODELS === "all" ? Number.POSITIVE_INFINITY : 1;

  it("every model, for some parameters", () => {
    const tooLarge = files.filter((_, index) => casesByFile[index]?.length === 0);
    expect(tooLarge).toEqual([]);
  });

  it.each(casesByFile.flatMap((cases) => cases.slice(0, wanted)))("$title", ({ program, ours }) => {
    expectSameCounts(program, ours);
    expectSameFindings(program, ours);
  });
});
