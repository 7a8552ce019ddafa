import { grt, kmutex, type ModelBody, type Mutex, type Thread, u32 } from "kecheck";
import { describe, expect, it } from "vitest";
import { explored, stepsOf } from "./run-model.ts";

const tableWith = (m: ModelBody) => {
  const Counter = kmutex(m, "Counter", u32);
  return { Counter, table: grt(m, "GRT", { counter: Counter, other: Counter }) };
};
type Declared = ReturnType<typeof tableWith>;

const run = (use: (t: Thread, declared: Declared) => void): readonly string[] =>
  stepsOf((m) => {
    const declared = tableWith(m);
    return (t) => use(t, declared);
  });

const load = "load(GRT)";
const init = [load, "ExAllocatePool2(GRT.table)", "store GRT"];
const boxed = [
  "ExAllocatePool2(Counter)",
  "write *Counter",
  "KeInitializeMutex(*Counter.mutex)",
  "ExAllocatePool2(Box<Counter>)",
  "write *Box<Counter>",
];
const get = 'map.get("counter")';
const insert = 'map.insert("counter")';
const register = [load, ...boxed, get, insert];
const dropped = ["ExFreePool(Counter)", "ExFreePool(Box<Counter>)"];
const walk = [load, "store GRT", "map.into_iter()"];
const destroy = [...walk, ...dropped, "ExFreePool(GRT.table)"];

describe("Grt", () => {
  it("init loads, allocates and stores; destroy nulls the pointer and frees all", () => {
    const steps = run((t, { table }) => {
      t.unwrap(table.init(t));
      t.unwrap(table.destroy(t));
    });
    expect(steps).toEqual([...init, ...walk, "ExFreePool(GRT.table)"]);
  });

  it("register makes the mutex, boxes it, searches and inserts", () => {
    const steps = run((t, { table, Counter }) => {
      t.unwrap(table.init(t));
      t.unwrap(table.registerKmutex(t, "counter", Counter, 3));
      t.unwrap(table.destroy(t));
    });
    expect(steps).toEqual([...init, ...register, ...destroy]);
  });

  it("register over a label drops what was there", () => {
    const steps = run((t, { table, Counter }) => {
      t.unwrap(table.init(t));
      t.unwrap(table.registerKmutex(t, "counter", Counter, 3));
      t.unwrap(table.registerKmutex(t, "counter", Counter, 4));
      t.unwrap(table.destroy(t));
    });
    expect(steps).toEqual([...init, ...register, ...register, insert, insert, ...destroy]);
  });

  it("a checked register searches once more, and drops the new mutex if the label is there", () => {
    const steps = run((t, { table, Counter }) => {
      t.unwrap(table.init(t));
      t.unwrap(table.registerKmutexChecked(t, "counter", Counter, 3));
      const second = table.registerKmutexChecked(t, "counter", Counter, 4);
      t.assert(second.is("KeyExists"), "the label is taken");
      t.unwrap(table.destroy(t));
    });
    const first = [load, ...boxed, get, get, insert];
    expect(steps).toEqual([...init, ...first, load, ...boxed, get, get, get, ...destroy]);
  });

  it("get loads, asks whether there is anything, and searches; then it is a mutex", () => {
    const steps = run((t, { table, Counter }) => {
      t.unwrap(table.init(t));
      t.unwrap(table.registerKmutex(t, "counter", Counter, 3));
      const mutex = t.unwrap(table.getKmutex(t, "counter", Counter));
      t.unwrap(Counter.lock(t, mutex)).drop(t);
      t.unwrap(table.destroy(t));
    });
    const used = ["KeWaitForSingleObject(*Counter.mutex)", "KeReleaseMutex(*Counter.mutex)"];
    const got = [load, "map.is_empty()", get];
    expect(steps).toEqual([...init, ...register, ...got, ...used, ...destroy]);
  });

  it("says which error it is", () => {
    const errors = (m: ModelBody): void => {
      const { table, Counter } = tableWith(m);
      m.main((t) => {
        const nothing = (label: "counter" | "other", type: Mutex) =>
          table.getKmutex(t, label, type);
        t.assert(nothing("counter", Counter).is("GrtIsNull"), "there is no table");
        t.assert(table.destroy(t).is("GrtIsNull"), "nor anything to destroy");
        t.assert(table.registerKmutex(t, "other", Counter, 0).is("GrtIsNull"), "nor to fill");
        t.unwrap(table.init(t));
        t.assert(table.init(t).is("GrtAlreadyExists"), "there is one");
        t.assert(nothing("counter", Counter).is("GrtIsEmpty"), "nothing in it");
        t.unwrap(table.registerKmutex(t, "counter", Counter, 0));
        t.assert(nothing("other", Counter).is("KeyNotFound"), "not this");
        t.assert(nothing("counter", Counter).isOk, "but that");
        t.unwrap(table.destroy(t));
      });
    };
    expect(explored(errors).rules).toEqual([]);
  });

  it("refuses a label that it was not declared with", () => {
    expect(() =>
      run((t, { table, Counter }) => {
        // @ts-expect-error no such label
        table.getKmutex(t, "third", Counter);
      }),
    ).toThrow("not-this-label");
  });
});
