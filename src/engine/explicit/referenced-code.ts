/** Functions that look for references to an object in all variables and locals, for `referenced` expressions. */
import { readAt } from "./field-code.ts";
import type { Layout } from "./layout.ts";

/** The kinds of object that some reference refers to; `r0`, `r1`, … look for references to them. */
export function referencedKinds(layout: Layout): readonly string[] {
  const fields = [
    ...layout.variables,
    ...layout.threads.flatMap(({ locals }) => [...locals.values()]),
  ];
  return [...new Set(fields.flatMap(({ type }) => (type.kind === "reference" ? type.to : [])))];
}

/** Functions `r0`, `r1`, …: whether any variable or local holds the reference `slot` to an object of the kind. */
export function referencedFunctions(layout: Layout): string {
  const fields = [
    ...layout.variables.map((field, index) => ({ field, reader: `v${index}` })),
    ...layout.threads.flatMap(({ locals }, thread) =>
      [...locals.values()].map((field, index) => ({ field, reader: `l${thread}_${index}` })),
    ),
  ];
  const functions = referencedKinds(layout).map((kind, number) => {
    const tests = fields.flatMap(({ field, reader }) => {
      if (field.type.kind !== "reference" || field.type.to !== kind) return [];
      const words = new Set<number>();
      return Array.from({ length: field.length }, (_, position) => {
        const text = readAt(field, position, words, reader).text;
        return `slot === ${text.replace(/\bs(\d+)\b/g, "S[p + $1]")}`;
      });
    });
    return `function r${number}(p, slot) { return ${tests.join(" || ") || "false"}; }`;
  });
  return functions.join("\n");
}
