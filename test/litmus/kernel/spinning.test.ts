/** Stories about spin locks and processors. */
import { KSPIN_LOCK, model, type Thread } from "kecheck";
import { describe, expect, it } from "vitest";
import { explore } from "../../../src/semantics/explore.ts";
import { outcomes } from "../../kernel/check-model.ts";

/** A thread that forgets to raise, beside one that does it right, on these processors. */
const forgetful = (first: number, second: number) =>
  outcomes((m) => {
    const lock = m.object("lock", KSPIN_LOCK);
    const forgets = m.thread("forgets", (t) => {
      t.KeAcquireSpinLockAtDpcLevel(lock);
      t.KeReleaseSpinLockFromDpcLevel(lock);
    });
    const raises = m.thread("raises", (t) => {
      const old = t.KeAcquireSpinLock(lock);
      t.KeReleaseSpinLock(lock, old);
    });
    m.start(forgets, { processor: first });
    m.start(raises, { processor: second });
  });

describe("a spin lock taken AtDpcLevel at PASSIVE_LEVEL", () => {
  it("deadlocks with a thread that spins on the same processor", () => {
    expect(forgetful(0, 0).rules).toEqual(["deadlock", "irql-too-low", "irql-too-low"]);
  });

  it("does not with one on another processor", () => {
    expect(forgetful(0, 1).rules).toEqual(["irql-too-low", "irql-too-low"]);
  });
});

describe("two threads that raise and spin", () => {
  const both = (first: number | undefined, second: number | undefined) => {
    const { result } = model("both", (m) => {
      const lock = m.object("lock", KSPIN_LOCK);
      const worker = m.thread("worker", (t: Thread) =>
        t.KeReleaseSpinLock(lock, t.KeAcquireSpinLock(lock)),
      );
      for (const processor of [first, second]) {
        m.start(worker, { ...(processor !== undefined && { processor }) });
      }
    }).record({ parameters: {} });
    if (!result.ok) throw new Error("the model is not valid");
    const { nodes, findings, transitions } = explore(result.program, 1000);
    return { states: nodes.length, transitions, findings: findings.size };
  };

  it("never spin on one processor: who raises first keeps it to the end", () => {
    expect(both(0, 0)).toEqual({ states: 12, transitions: 12, findings: 0 });
  });

  it("may spin on two, or on their own", () => {
    const spinning = both(0, 1);
    expect(spinning.findings).toBe(0);
    expect(spinning).toEqual(both(undefined, undefined));
    expect(spinning.states).toBe(15);
  });
});
