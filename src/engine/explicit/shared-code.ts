/** Functions that all generated code of a Program relies on: what is too long, or decided too late, to stand in place. */
import { InternalError } from "../../support/assert.ts";
import {
  call,
  choice,
  codeFunction,
  giveBack,
  i32,
  integer,
  number,
  variable,
  widen,
  wrap,
} from "../codegen/build.ts";
import type { CodeFunction, Import } from "../codegen/code.ts";
import { fieldFunctions } from "./field-code.ts";
import type { Layout } from "./layout.ts";
import { referencedFunctions } from "./referenced-code.ts";

/** Called where an index is outside its array: a wrong state would be a wrong verdict. */
export function outside(): never {
  throw new InternalError("an array is accessed outside its bounds");
}

export const outsideImport: Import = { name: "outside", parameters: [], result: "i32" };

export const sharedFunctions = (layout: Layout): readonly CodeFunction[] => [
  insideFunction,
  narrowedFunction,
  ...fieldFunctions(layout),
  ...referencedFunctions(layout),
];

/** `inside(i, length)`: the position, which is tested. */
const insideFunction = codeFunction("inside", ["i", "length"], {
  body: [
    giveBack(
      choice(
        integer("lt_u", variable("i"), variable("length")),
        variable("i"),
        call("outside", []),
      ),
    ),
  ],
});

const large = variable("x", "f64");

/** `narrowed(x)`: the f64 as i32, or -1 if it is none. */
const narrowedFunction: CodeFunction = {
  name: "narrowed",
  parameters: [{ name: "x", type: "f64" }],
  result: "i32",
  body: [giveBack(choice(number("eq", widen(wrap(large)), large), wrap(large), i32(-1)))],
};
