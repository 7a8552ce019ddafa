/** IRQL rules: the routine, its bound, the level now, and who raised it. */
import { type Expression, walk } from "../ir/expression.ts";
import { levelOf } from "../semantics/scheduling.ts";
import type { Storage } from "./cell.ts";
import { levelName } from "./level.ts";
import { deedPhrase, stepPhrase } from "./phrase.ts";
import { lastWriter, type Run, type RunStep } from "./run.ts";
import type { Draft, Scene } from "./scene.ts";

/** Explains a call at a level that its contract does not allow, or an end at a raised level. */
export function levelDraft({ run, act, finding }: Scene): Draft | undefined {
  if (!act) return undefined;
  const level = levelOf(run.program, act.before, act.thread);
  const check = act.step.checks.find(
    ({ rule, place }) => rule === finding.rule && place === finding.place,
  );
  const bound = boundText(run, check ? [check.when] : [...act.step.guards].reverse());
  const changing = levelChange(run, act);
  const moved = changing && levelMove(run, changing);
  const cause = changing
    ? ` The IRQL was ${moved} in ${stepPhrase(changing)} by ${changing.location.label}.`
    : ` ${act.name} has run at that level from its start.`;
  const [calls = "", reference = ""] = splitReference(deedPhrase(act));
  return {
    sentence: `${calls} at ${levelName(level)} ${reference}${bound ? `; ${bound} is allowed` : ""}.${cause}`,
    steps: [
      ...(changing ? [{ index: changing.index, role: `IRQL is ${moved}` }] : []),
      { index: act.index, role: `at ${levelName(level)}` },
    ],
  };
}

/** A deed and its reference in brackets, between which the level is put. */
function splitReference(text: string): readonly string[] {
  const split = text.lastIndexOf(" (step ");
  return [text.slice(0, split), text.slice(split + 1)];
}

function levelMove(run: Run, { before, after, thread }: RunStep): string {
  const rose = after && levelOf(run.program, after, thread) > levelOf(run.program, before, thread);
  return rose ? "raised" : "lowered";
}

/** The step by which the thread came to the level that it has now. */
function levelChange(run: Run, act: RunStep): RunStep | undefined {
  const own: Storage[] = run.program.variables.flatMap(({ tags, initial, first }, variable) => {
    if (!tags.level) return [];
    const offset = initial.length === 1 ? 0 : act.thread - first;
    return [{ kind: "cell", variable, offset }];
  });
  return lastWriter(run, own, act.index, ({ thread }) => thread === act.thread);
}

/** `at most APC_LEVEL`: the constant that the first condition compares a level with. */
function boundText(run: Run, conditions: readonly Expression[]): string | undefined {
  const isLevel = (part: Expression) =>
    part.kind === "cell" &&
    run.program.variables.some(({ name, tags }) => name === part.variable && tags.level);
  const texts: string[] = [];
  for (const condition of conditions) {
    walk(condition, (part) => {
      if (part.kind !== "binary" || part.operator !== "<") return;
      const { left, right } = part;
      if (left.kind === "constant" && isLevel(right))
        texts.push(`at most ${levelName(left.value)}`);
      if (right.kind === "constant" && isLevel(left))
        texts.push(`at least ${levelName(right.value)}`);
    });
  }
  return texts[0];
}
