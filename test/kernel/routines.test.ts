/**
 * What every routine of the kernel must have: a comment with five sections in order, a documented page, the documented
 * levels, a row in the README's table.
 *
 * `documented-levels.json` is taken from Microsoft's pages as they were in 2024 and 2025. A page that states no bound
 * has the whole range. Where the levels depend on the call, the table has the widest range; those cases are listed here.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { constant } from "../../src/ir/expression.ts";
import { ROUTINES } from "../../src/kernel/index.ts";
import { LEVELS } from "../../src/kernel/levels.ts";
import { ExAllocatePool2, ExFreePool, type Storage } from "../../src/kernel/pool.ts";
import type { Call, Routine } from "../../src/kernel/routine.ts";
import { PsCreateSystemThread } from "../../src/kernel/system-thread.ts";
import documented from "./documented-levels.json" with { type: "json" };

type Documented = { readonly page: string; readonly lowest: string; readonly highest: string };

const folder = new URL("../../src/kernel/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
const sources = new Map(files.map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));

const storage = (pool: "paged" | "nonpaged"): Storage => ({
  name: "block",
  pool,
  tag: "test",
  addresses: undefined,
  slots: 1,
  contents: [],
  holders: [],
});
const site = { first: constant(1), slots: 1 };
const pooled = (pool: "paged" | "nonpaged"): readonly Routine[] => [
  ExAllocatePool2(storage(pool), site),
  ExFreePool(storage(pool), constant(1), "the pointer", "place"),
];
const routines: readonly Routine[] = [
  ...Object.values<Routine>(ROUTINES),
  PsCreateSystemThread,
  ...pooled("nonpaged"),
];

const SECTIONS = ["IRQL", "Blocks", "Effect", "Misuse", "Left out"];

/** The comments before `export const NAME = routine(` and `export function NAME(`, by name. */
function commentsOf(text: string): ReadonlyMap<string, string> {
  const declared =
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport (?:const (\w+) = routine\(|function ([A-Z]\w+)\()/g;
  return new Map(
    [...text.matchAll(declared)].map(([, comment = "", constantName, functionName]) => [
      constantName ?? functionName ?? "",
      comment,
    ]),
  );
}

const comments = new Map([...sources.values()].flatMap((text) => [...commentsOf(text)]));
const fileOf = (name: string): string | undefined =>
  [...sources].find(([, text]) => commentsOf(text).has(name))?.[0];

const sectionsOf = (comment: string): readonly string[] =>
  [...comment.matchAll(/^ \* (IRQL|Blocks|Effect|Misuse|Left out) {1,6}\S/gm)].map(
    ([, name]) => name ?? "",
  );

/** The contract of a call with these literal choices. */
function contractOf(routine: Routine, options: Readonly<Record<string, string>>) {
  const call = { options, values: {}, objects: [] } as unknown as Call;
  const { atMost, atLeast = "PASSIVE_LEVEL" } = routine.irql(call);
  return { lowest: atLeast, highest: atMost };
}

describe.each(routines.map((routine) => [routine.name, routine] as const))(
  "%s",
  (name, routine) => {
    const known: Documented | undefined = Object.entries<Documented>(documented).find(
      ([key]) => key === name,
    )?.[1];

    it("has a comment with the five sections in order", () => {
      expect(sectionsOf(comments.get(name) ?? "")).toEqual(SECTIONS);
    });

    it("states a page that exists", () => {
      const pages = Object.values<Documented>(documented).map(({ page }) => page);
      expect(pages).toContain(routine.page);
      // The function behind the macro has a page of its own, where its table of contents has the macro's.
      if (name !== "ObfReferenceObject") expect(routine.page).toBe(known?.page);
    });

    it("has the documented levels", () => {
      const lowest = name === "KeWaitForSingleObject" ? { timeout: "zero" } : {};
      expect(contractOf(routine, lowest)).toEqual({
        lowest: known?.lowest,
        highest: known?.highest,
      });
      expect(Object.keys(LEVELS)).toContain(known?.highest);
    });

    it("stands in the README's table", () => {
      const file = fileOf(name);
      const row = `| ${name} | ${file} | ${routine.page} |`;
      expect(readFileSync(new URL("README.md", folder), "utf8")).toContain(row);
    });
  },
);

describe("levels that depend on the call", () => {
  it("are lower for a wait that can block", () => {
    const wait: Routine = ROUTINES.KeWaitForSingleObject;
    for (const timeout of ["none", "finite"]) {
      expect(contractOf(wait, { timeout }).highest).toBe("APC_LEVEL");
    }
  });

  it("are lower for paged pool", () => {
    for (const routine of pooled("paged")) {
      expect(contractOf(routine, {}).highest).toBe("APC_LEVEL");
    }
  });
});

describe("the registry", () => {
  it("has each routine under its own name, in order", () => {
    const names = Object.keys(ROUTINES);
    expect(Object.values<Routine>(ROUTINES).map(({ name }) => name)).toEqual(names);
    expect([...names].sort()).toEqual(names);
  });

  it("has every routine that a file declares", () => {
    const known = new Set(routines.map(({ name }) => name));
    const declared = [...comments.keys()].filter((name) => /^(Ke|Ex|Ob|Zw|Ps)[A-Z]/.test(name));
    expect(declared.filter((name) => !known.has(name))).toEqual([]);
  });
});
