/** Programs that run for ever are reduced, and who is stuck beside them is found. */
import { equals, KMUTEX, type ModelBody, model, upTo } from "kecheck";
import { expect, it } from "vitest";
import { searchReduced } from "../../../src/engine/reduction/reduced-search.ts";
import { allReductions, judgement } from "../../differential/compare-reduced.ts";

const programOf = (body: (m: ModelBody) => void) => {
  const { result } = model("endless", body).record({ parameters: {} });
  if (!result.ok) throw new Error("the model is right");
  return result.program;
};

it("a thread that spins and keeps a mutex, beside one that waits for it", () => {
  const program = programOf((m) => {
    const flag = m.atomic("flag", upTo(1));
    const mutex = m.object("mutex", KMUTEX);
    m.start(
      m.thread("spinner", (t) => {
        t.KeWaitForSingleObject(mutex);
        t.loop(() => t.if(equals(flag, 1), () => t.break()));
      }),
    );
    m.start(m.thread("waiter", (t) => void t.KeWaitForSingleObject(mutex)));
  });
  expect(judgement(program)).toBe("right");
});

it("threads that take two mutexes in one order, again and again, in fewer states", () => {
  const program = programOf((m) => {
    const mutexes = m.objectArray("lock", KMUTEX, 4);
    for (let first = 0; first < 4; first += 1) {
      const one = mutexes[Math.min(first, (first + 1) % 4)];
      const other = mutexes[Math.max(first, (first + 1) % 4)];
      if (!one || !other) throw new Error("there are four");
      m.start(
        m.thread(`thread ${first}`, (t) =>
          t.loop(() => {
            t.KeWaitForSingleObject(one);
            t.KeWaitForSingleObject(other);
            t.KeReleaseMutex(other);
            t.KeReleaseMutex(one);
          }),
        ),
      );
    }
  });
  expect(judgement(program)).toBe("right");
  const reduced = searchReduced(
    program,
    {
      maxStates: 1000,
      maxBytes: 2 ** 28,
      first: false,
      count: false,
      interrupted: () => undefined,
    },
    allReductions,
  );
  expect(reduced.applies && reduced.result.complete).toBe(true);
});
