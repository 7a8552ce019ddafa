import { kmutex, type ModelBody, type Mutex, type Thread, u32, type Value } from "kecheck";
import { describe, expect, it } from "vitest";
import { explored, recorded, stepsOf } from "./run-model.ts";

const atLevel =
  (level: number, use: (t: Thread, type: Mutex, mutex: Value) => void) =>
  (m: ModelBody): void => {
    const type = kmutex(m, "M", u32);
    m.main((t) => {
      const mutex = t.unwrap(type.new(t, 0));
      const { old } = t.KeRaiseIrql(level);
      use(t, type, mutex);
      t.KeLowerIrql(old);
      type.drop(t, mutex);
    });
  };

describe("a Result", () => {
  it("unwrapped as an error is a panic that drops no guard", () => {
    const body = atLevel(2, (t, type, mutex) => t.unwrap(type.lock(t, mutex)).drop(t));
    const program = recorded(body);
    const panics = program.graphs.flatMap(({ locations }) =>
      locations.flatMap(({ steps }) => steps.flatMap(({ fatal }) => fatal ?? [])),
    );
    expect(explored(body).rules).toEqual(["panic"]);
    expect(panics.map(({ message }) => message)).toContain(
      "panic: unwrap() of the error IrqlTooHigh",
    );
  });

  it("that cannot be an error has no outcome for one", () => {
    const program = recorded(atLevel(0, (t, type, mutex) => t.unwrap(type.lock(t, mutex)).drop(t)));
    const all = program.graphs.flatMap(({ locations }) => locations.flatMap(({ steps }) => steps));
    expect(all.filter(({ fatal }) => fatal?.rule === "panic")).toEqual([]);
  });

  it("unwrapped as Ok costs nothing, in steps or in state", () => {
    const program = recorded(atLevel(0, (t, type, mutex) => t.unwrap(type.lock(t, mutex)).drop(t)));
    const locals = program.graphs.flatMap((graph) => graph.locals.map(({ name }) => name));
    expect(locals).not.toContain("lock");
  });

  it("matched runs the arm that it is", () => {
    const arms = (level: number): readonly string[] =>
      stepsOf((m) => {
        const type = kmutex(m, "M", u32);
        const arm = m.atomic("arm", u32);
        return (t) => {
          const mutex = t.unwrap(type.new(t, 0));
          const { old } = t.KeRaiseIrql(level);
          const result = type.lock(t, mutex);
          t.KeLowerIrql(old);
          t.match(result, {
            ok: (guard) => guard.drop(t),
            err: () => t.store(arm, 1),
          });
          type.drop(t, mutex);
        };
      });
    expect(arms(1)).toContain("KeReleaseMutex(*M.mutex)");
    expect(arms(2)).toContain("store arm");
    expect(arms(2)).not.toContain("KeReleaseMutex(*M.mutex)");
  });

  it("can be asked for its error later", () => {
    const body = atLevel(2, (t, type, mutex) => {
      const result = type.lock(t, mutex);
      t.assert(result.isErr, "refused");
      t.assert(result.is("IrqlTooHigh"), "for the level");
      t.if(result.isOk, () => t.panic("not Ok"));
    });
    expect(explored(body).rules).toEqual([]);
  });
});
