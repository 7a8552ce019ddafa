/** Functions that look for references to an object in all variables and locals, for `referenced` expressions. */
import { codeFunction, giveBack, variable } from "../codegen/build.ts";
import type { CodeFunction } from "../codegen/code.ts";
import { equalCode } from "./arithmetic-code.ts";
import { type Bounded, decided, disjunction } from "./bounded.ts";
import { readAt, wordDeclarations } from "./field-code.ts";
import type { Layout, Packed } from "./layout.ts";

const fieldsOf = ({ variables, threads }: Layout): readonly Packed[] => [
  ...variables,
  ...threads.flatMap(({ locals }) => [...locals.values()]),
];

/** The kinds of object that some reference refers to; `r0`, `r1`, … look for references to them. */
export function referencedKinds(layout: Layout): readonly string[] {
  return [
    ...new Set(fieldsOf(layout).flatMap(({ type }) => (type.kind === "reference" ? type.to : []))),
  ];
}

/** Functions `r0(p, slot)`, …: whether any variable or local holds the reference `slot` to an object of the kind. */
export function referencedFunctions(layout: Layout): readonly CodeFunction[] {
  const slot: Bounded = { code: variable("slot"), min: -(2 ** 31), max: 2 ** 31 - 1 };
  return referencedKinds(layout).map((kind, number) => {
    const words = new Set<number>();
    const holders = fieldsOf(layout).filter(
      ({ type }) => type.kind === "reference" && type.to === kind,
    );
    const held = holders.flatMap((field) =>
      Array.from({ length: field.length }, (_, position) => readAt(field, position, words)),
    );
    const found = held.map((value) => equalCode(slot, value)).reduce(disjunction, decided(false));
    const body = [...wordDeclarations(words), giveBack(found.code)];
    return codeFunction(`r${number}`, ["p", "slot"], { body });
  });
}
