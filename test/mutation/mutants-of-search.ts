// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of sources.
/** Mutants of what must not be passed by: persistent sets, races, properties, ranges, and the search itself. */
import type { EditsByFile } from "./edit.ts";

export const MUTANTS_OF_SEARCH: EditsByFile = {
  "persistent.ts": [
    {
      find: "if (isActive(there) && this.futureDepends(thread, here, other, there)) return [other];",
      replace: "",
    },
    {
      find: "if (isActive(there) && this.futureDepends(thread, here, other, there)) return [other];",
      replace:
        "if (isActive(there)) return this.futureDepends(thread, here, other, there) ? [other] : [];",
    },
    { find: "everything.some((location)", replace: "everything.every((location)" },
    {
      find: "for (const grandchild of block.starts) this.noteStart(grandchild, starts);",
      replace: "for (const grandchild of block.starts) void grandchild;",
    },
    { find: "for (const child of block.starts) this.noteStart(child, starts);", replace: "" },
    { find: "open.push(block.to);", replace: "" },
    { find: "        open.push(other);", replace: "" },
    { find: 'const key = `${seed} ${locations.join(" ")}`;', replace: "const key = `${seed}`;" },
    {
      find: "const key = `${one} ${here} ${other} ${there}`;",
      replace: "const key = `${one} ${here} ${other}`;",
    },
    { find: "known !== undefined &&", replace: "known === undefined &&" },
    { find: "this.at(one, here).some((mine) =>", replace: "this.at(one, here).every((mine) =>" },
    { find: "this.at(other, there).some(", replace: "this.at(other, there).every(" },
    { find: ") || !this.order.areIndependent(", replace: ") && !this.order.areIndependent(" },
  ],
  "watched.ts": [
    { find: 'property.kind !== "atEnd"', replace: 'property.kind === "invariant"' },
    { find: 'property.kind !== "atEnd"', replace: 'property.kind === "reachable"' },
    { find: "!excludes(this.code", replace: "excludes(this.code" },
    { find: "this.races.has(pair)) return true;", replace: "this.races.has(pair)) return false;" },
    { find: "seen.includes(index));", replace: "!seen.includes(index));" },
    { find: "this.races.add(`${one} ${here} ${other} ${there}`);", replace: "" },
    { find: "this.races.add(`${other} ${there} ${one} ${here}`);", replace: "" },
    { find: "this.boundaries.add(`${one} ${here}`);", replace: "" },
    { find: "this.boundaries.add(`${other} ${there}`);", replace: "" },
    { find: "if (!conflict || !this.coexistence", replace: "if (!conflict || this.coexistence" },
    {
      find: "if (this.coexistence.together(freeing, here, waiting, there))",
      replace: "if (false)",
    },
    { find: "!(left.writes || right.writes)", replace: "!(left.writes && right.writes)" },
    { find: "!(left.plain || right.plain)", replace: "!(left.plain && right.plain)" },
    {
      find: "left.index.value !== right.index.value",
      replace: "left.index.value === right.index.value",
    },
  ],
  "exclusion.ts": [
    { find: "cells.slice(index + 1)", replace: "cells.slice(index + 2)" },
    { find: "(tuple[position] ?? 1) > 0", replace: "(tuple[position] ?? 1) > 1" },
    { find: "      cells.every((one, index) =>", replace: "      cells.some((one, index) =>" },
  ],
  "ranges.ts": [
    { find: "all.add(variable);", replace: "" },
    { find: "return falls || exceeds ?", replace: "return exceeds ?" },
    { find: "return falls || exceeds ?", replace: "return falls ?" },
  ],
  "range-outcomes.ts": [
    {
      find: "[not(lessThan(value, constant(min))), lessThan(value, constant(max + 1))]",
      replace: "[lessThan(value, constant(max + 1))]",
    },
    {
      find: "[not(lessThan(value, constant(min))), lessThan(value, constant(max + 1))]",
      replace: "[not(lessThan(value, constant(min)))]",
    },
    { find: "constant(max + 1)", replace: "constant(max + 2)" },
  ],
  "scheduling.ts": [
    {
      find: "lessThan(theirs, level(number)),",
      replace: "lessThan(level(number), theirs),",
    },
  ],
  "thread-code.ts": [
    { find: "given.get(variable) ?? constant(initial)", replace: "constant(initial)" },
    { find: "return constant(number);", replace: "return constant(1);" },
    {
      find: "guards: [...mayRun, ...step.guards.map(own)],",
      replace: "guards: step.guards.map(own),",
    },
    {
      find: "...(to === ENDED ? [setLife(number, OVER)] : []),",
      replace: "",
    },
    { find: "...starts.map((child) => setLife(child, ACTIVE)),", replace: "" },
    { find: "return or(...referrers(part.to)", replace: "return and(...referrers(part.to)" },
    { find: "waitsOn: location.waits?.on?.block", replace: "waitsOn: undefined" },
  ],
  "reduced-system.ts": [
    {
      find: "options.ranges || unsafe.mayFall || !onlyGrow(plain.blocks, unsafe.all)",
      replace: "options.ranges",
    },
    { find: "if (outcome.fatal || outcome.limit !== undefined) continue;", replace: "continue;" },
  ],
  "cycle-breakers.ts": [
    { find: "breakers.add(to);", replace: "" },
    { find: "root < edges.length;", replace: "root < 1;" },
  ],
  "hopes.ts": [
    { find: "hope |= hopes[to] ?? 0;", replace: "hope |= to < state ? (hopes[to] ?? 0) : 0;" },
    { find: "hope = settled(hope, active[state] ?? 0);", replace: "hope = settled(hope, 0);" },
  ],
  "reduced-search.ts": [
    { find: ": threads.some((one) => able.has(one)) && !threads", replace: ": !threads" },
    {
      find: " && !threads.some((one) => stopped.has(one));",
      replace: ";",
      equivalent:
        "what stops the run is seen where it is enabled, and a set that goes on is sufficient without it",
    },
    { find: "!chosen.includes(move.thread) ||", replace: "chosen.includes(move.thread) ||" },
    { find: "return set ?? [...able];", replace: "return set ?? [];" },
    { find: "if (watch.limits.size > 0) return;", replace: "" },
    { find: "stopped.size > 0 ? allHope : hopeOf(able);", replace: "hopeOf(able);" },
    {
      find: "if (watch.leftRange && this.system.trustsRanges) return leftRange;",
      replace: "",
    },
    { find: 'kind === "reachable" && !watch', replace: 'kind === "invariant" && !watch' },
  ],
};
