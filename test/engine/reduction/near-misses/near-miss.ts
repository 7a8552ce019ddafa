/** Programs that are judged rightly, but wrongly as soon as one side condition of the reductions is dropped. */
import { type ModelBody, model, type Thread } from "kecheck";
import type { SideCondition } from "../../../../src/engine/reduction/side-conditions.ts";
import { cell, constant, type Expression, equals, plus } from "../../../../src/ir/expression.ts";
import { withFaults } from "../../../../src/ir/faults.ts";
import type { Program } from "../../../../src/ir/program.ts";
import { at, type LocationSketch, set, violation } from "../../../semantics/build-program.ts";

export interface NearMiss {
  readonly name: string;
  readonly condition: SideCondition;
  readonly program: () => Program;
}

/** The Program of a driver model whose environment never fails. */
export function driver(body: (m: ModelBody) => void): Program {
  const { result } = model("near miss", body).record({ parameters: {} });
  if (!result.ok) throw new Error("the model is right");
  return withFaults(result.program, []);
}

/** Waits for the end of a thread as drivers should. */
export function join(
  t: Thread,
  handle: ReturnType<Thread["PsCreateSystemThread"]>["handle"],
): void {
  const { object } = t.ObReferenceObjectByHandle(handle);
  t.ZwClose(handle);
  t.KeWaitForSingleObject(object);
  t.ObDereferenceObject(object);
}

export const is = (name: string, value: number): Expression => equals(cell(name), constant(value));

export const more = (name: string, by = 1): Expression => plus(cell(name), constant(by));

/** One step that writes a cell. */
export const write = (id: string, name: string, value: Expression | number): LocationSketch =>
  at(id, { updates: [set(name, value)] });

/** Goes on only once the condition holds. */
export const waitFor = (id: string, guard: Expression): LocationSketch =>
  at(id, { guards: [guard] });

export const panic = (place: string) => violation("panic", place);
