// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of sources.
/** Mutants of what is known at steps, whether they may be swapped, and how they are glued. */
import type { EditsByFile } from "./edit.ts";

export const MUTANTS_OF_STEPS: EditsByFile = {
  "order.ts": [
    {
      find: "isImpossible(orders.secondLater)) return true",
      replace: "isImpossible(orders.second)) return true",
    },
    {
      find: "isImpossible(first) && isImpossible(second)",
      replace: "isImpossible(first) || isImpossible(second)",
    },
    { find: "|| isImpossible(firstLater);", replace: "|| true;" },
    {
      find: "|| isImpossible(secondLater);",
      replace: "|| true;",
      equivalent: "what a thread of the set enables cannot happen before that thread steps",
    },
    {
      find: "if (!this.meet(first, second)) return true;",
      replace: "if (this.meet(first, second)) return true;",
    },
    { find: "if (!cases) return false;", replace: "if (!cases) return true;" },
    { find: "return cases.every(", replace: "return cases.some(" },
    {
      find: "firstLater: this.after(second, first)",
      replace: "firstLater: this.after(PLAIN, first)",
    },
    {
      find: "secondLater: this.after(first, second)",
      replace: "secondLater: this.after(PLAIN, second)",
    },
    {
      find: "composed(second, first, this.types)",
      replace: "composed(first, second, this.types)",
    },
    { find: "textOf(one.guards) === textOf(later.guards)", replace: "true" },
    { find: "watchedText(one) === watchedText(later)", replace: "true" },
    {
      find: "!same(first, firstLater) || !same(second, secondLater)",
      replace: "!same(first, firstLater) && !same(second, secondLater)",
    },
    {
      find: "!same(first, firstLater) || !same(second, secondLater)",
      replace: "!same(first, firstLater)",
    },
    {
      find: "!same(first, firstLater) || !same(second, secondLater)",
      replace: "!same(second, secondLater)",
    },
    { find: "if (stops || ", replace: "if (true || " },
    {
      find: "finalText(one.updates) === finalText(other.updates)",
      replace: "finalText(one.updates) !== finalText(other.updates)",
    },
    { find: "other.all.has(cluster)) ||", replace: "other.all.has(cluster)) &&" },
    { find: "[...one.written].some((cluster) => other.all.has(cluster)) ||", replace: "" },
    {
      find: "...checks.map(({ rule, place, when }) => `${rule} ${place} ${normal(when)}`).sort(),",
      replace: "",
    },
    {
      find: "left.set(at, normal(value));",
      replace: "if (!left.has(at)) left.set(at, normal(value));",
    },
  ],
  "movers.ts": [
    { find: "(step.starts.length === 0 &&", replace: "(true &&" },
    {
      find: "this.order.mayFollowEarlier({ first: step.outcome, second: other }, known)",
      replace: "this.order.mayFollowEarlier({ first: other, second: step.outcome }, known)",
    },
    {
      find: "this.order.mayFollowEarlier({ first: other, second: step.outcome }, known)",
      replace: "this.order.mayFollowEarlier({ first: step.outcome, second: other }, known)",
    },
    {
      find: "if (outcome.fatal || outcome.limit !== undefined || outcome.frees) return true;",
      replace: "if (outcome.limit !== undefined || outcome.frees) return true;",
    },
    {
      find: "if (outcome.fatal || outcome.limit !== undefined || outcome.frees) return true;",
      replace: "if (outcome.fatal || outcome.frees) return true;",
    },
    { find: "?.every(({ fixed }) =>", replace: "?.some(({ fixed }) =>" },
    {
      find: "!steps.every(({ outcome }) => holds(outcome, known))",
      replace: "!steps.some(({ outcome }) => holds(outcome, known))",
    },
    {
      find: "covers(assumed(open, atom, true)) && covers(assumed(open, atom, false))",
      replace: "covers(assumed(open, atom, true)) || covers(assumed(open, atom, false))",
    },
  ],
  "blocks.ts": [
    {
      find: "alone || seen || !movers.isRightMover(thread, location, step)",
      replace: "alone || seen",
    },
    {
      find: "way.committed || !movers.isRightMover(thread, way.to, step)",
      replace: "!movers.isRightMover(thread, way.to, step)",
    },
    {
      find: "way.committed || !movers.isRightMover(thread, way.to, step)",
      replace: "way.committed",
    },
    {
      find: "passed.includes(to) || movers.isBoundary(thread, to)",
      replace: "passed.includes(to)",
    },
    {
      find: "if (steps.some((step) => movers.isAlone(thread, to, step))) return true;",
      replace: "",
    },
    {
      find: "if (committed && !steps.every((step) => movers.isLeftMover(thread, to, step))) return true;",
      replace: "",
    },
    {
      find: "!steps.every((step) => movers.isLeftMover(thread, to, step))",
      replace: "!steps.some((step) => movers.isLeftMover(thread, to, step))",
    },
    { find: "return !movers.neverBlocks(thread, to);", replace: "return false;" },
    { find: "starts: [...way.starts, ...step.starts]", replace: "starts: way.starts" },
  ],
  "coexistence.ts": [
    { find: 'if (dropped.has("interference")) continue;', replace: "continue;" },
    {
      find: "for (const child of step.starts) this.learnAll(child, this.entryOf(child), after);",
      replace: "",
    },
    {
      find: "!this.agree(entry.known, other.known)",
      replace: "this.agree(entry.known, other.known)",
    },
    { find: "(one.changed[cluster] ?? 0) > since || ", replace: "" },
    { find: "|| (other.changed[cluster] ?? 0) > since", replace: "" },
    { find: "key += `${known[cluster]?.id ?? -1} `;", replace: "key += `${cluster} `;" },
    { find: "tuple[positionOf[cell] ?? 0] = result;", replace: "tuple[0] = result;" },
    {
      find: "for (const each of cases) this.relate(each, known);",
      replace: "",
    },
    {
      find: "if (written.has(subject) || written.has(cluster))",
      replace: "if (written.has(cluster))",
    },
    {
      find: "if (written.has(subject) || written.has(cluster))",
      replace: "if (written.has(subject))",
    },
    {
      find: "(each) => this.afterCase(each, cluster) ?? known[cluster],",
      replace: "() => known[cluster],",
    },
  ],
  "cases.ts": [
    { find: "return value === UNKNOWN ? UNKNOWN : value === 0 ? 1 : 0;", replace: "return value;" },
    {
      find: 'if (operator === "and") return connective(0, left, right);',
      replace: 'if (operator === "and") return connective(1, left, right);',
    },
    { find: "Number(value !== 0) === absorbing;", replace: "Number(value !== 0) !== absorbing;" },
    {
      find: "constant(tuple[clusters.positionOf[cell] ?? 0] ?? 0)",
      replace: "constant(tuple[0] ?? 0)",
    },
  ],
  "relations.ts": [
    { find: "if (!rows || subject === cluster) return;", replace: "if (rows || !rows) return;" },
    {
      find: "clusters.initial.slice(0, clusters.shared)",
      replace: "[]",
    },
    {
      find: "for (const text of values.texts) {",
      replace: "for (const text of values.texts.slice(1)) {",
    },
  ],
  "feasible.ts": [{ find: "set?.tuples.length === 1", replace: "set !== undefined" }],
  "value-set.ts": [
    {
      find: "one.tuples.filter((_, index) => theirs.has(",
      replace: "one.tuples.filter((_, index) => !theirs.has(",
    },
    {
      find: "const all = this.of([...one.tuples, ...other.tuples]);",
      replace: "const all = this.of(other.tuples);",
    },
  ],
  "touched.ts": [
    { find: "for (const guard of outcome.guards) read(guard);", replace: "" },
    { find: "for (const { when } of outcome.checks) read(when);", replace: "" },
    { find: "    read(value);\n", replace: "" },
    { find: "      written.add(clusters.clusterOf[cell] ?? 0);\n", replace: "" },
  ],
};
