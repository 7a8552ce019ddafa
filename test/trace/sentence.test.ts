import { describe, expect, it } from "vitest";
import type { Program } from "../../src/ir/program.ts";
import { explanationText } from "../../src/trace/sentence.ts";
import {
  abba,
  bothInside,
  dataRace,
  doubleRelease,
  findingIn,
  freeWhileWaited,
  lostUpdate,
  untestedAllocation,
  useAfterFree,
  waitAtDispatch,
} from "./samples.ts";

/** The explanation as one paragraph, and the steps that it marks. */
function told(sample: Program, rule: string) {
  const { explanation } = findingIn(sample, rule);
  if (!explanation) throw new Error("every finding is explained");
  return { text: explanationText(explanation), steps: explanation.steps.map(({ index }) => index) };
}

describe("the opening sentence", () => {
  it("of a lost update names the stale read, the lost write and the write over it", () => {
    expect(told(lostUpdate(), "at-end")).toEqual({
      text: "worker 2 reads counter (step 6, broken-lock.ts:14) and writes it back in step 9 (broken-lock.ts:15); in between worker 1 runs `counter = seen + 1` (step 7, broken-lock.ts:15), and that update of counter is lost.",
      steps: [6, 7, 9],
    });
  });

  it("of a use after free names who freed, and since when the user held the pointer", () => {
    expect(told(useAfterFree(), "use-after-free")).toEqual({
      text: "DriverUnload calls ExFreePool(old) (step 3, driver.rs:41) while callback_fn 1 still holds a pointer to the block, which it loaded in step 1 (driver.rs:55); callback_fn 1 calls KeWaitForSingleObject(p) in step 4 (driver.rs:58).",
      steps: [1, 3, 4],
    });
  });

  it("of a block freed while its lock is owned names the owner", () => {
    expect(told(useAfterFree(), "free-while-owned").text).toBe(
      "DriverUnload calls ExFreePool(old) (step 4, driver.rs:41) while callback_fn 1 still owns KMutexInner since step 3 (driver.rs:58).",
    );
  });

  it("of a deadlock gives the chain of waits, each since when", () => {
    expect(told(abba(), "deadlock")).toEqual({
      text: "reader and writer wait for each other for ever. reader waits for B (abba.rs:67, since step 2), owned by writer since step 2 (abba.rs:80). writer waits for A (abba.rs:81, since step 2), owned by reader since step 1 (abba.rs:66).",
      steps: [1, 2],
    });
  });

  it("of a release too many says where the lock was taken and released", () => {
    expect(told(doubleRelease(), "double-release")).toEqual({
      text: "worker 1 calls KeReleaseMutex(DeviceLock) (step 3, double-release.c:31), but DeviceLock is free: it was taken by the same thread in step 1 (double-release.c:21) and released before in step 2 (double-release.c:25).",
      steps: [1, 2, 3],
    });
  });

  it("of a release by a stranger names the owner", () => {
    expect(told(doubleRelease(), "mutex-not-owned").text).toBe(
      "worker 1 calls KeReleaseMutex(DeviceLock) (step 4, double-release.c:31), but worker 2 owns DeviceLock since step 3 (double-release.c:21).",
    );
  });

  it("of an IRQL rule gives the level, the bound and who raised it", () => {
    expect(told(waitAtDispatch(), "wait-at-dispatch")).toEqual({
      text: "worker calls KeWaitForSingleObject(DeviceLock) at DISPATCH_LEVEL (step 2, wait.c:114); at most APC_LEVEL is allowed. The IRQL was raised in step 1 (wait.c:112) by KeAcquireSpinLock(ListLock).",
      steps: [1, 2],
    });
  });

  it("of a lock never released names who took it", () => {
    expect(told(waitAtDispatch(), "lock-held-at-exit").text).toBe(
      "worker calls KeWaitForSingleObject(DeviceLock) (step 2, wait.c:114), and nobody releases that lock before the run ends after step 3.",
    );
  });

  it("of a race gives the two accesses, which come after the run", () => {
    expect(told(dataRace(), "data-race")).toEqual({
      text: "unload writes Stopping (flag.c:9) while worker reads Stopping (flag.c:21); nothing orders the two accesses to Stopping.",
      steps: [],
    });
    expect(findingIn(dataRace(), "data-race").explanation?.standing).toHaveLength(2);
  });

  it("of a null pointer says which call gave it", () => {
    expect(told(untestedAllocation(), "null-dereference")).toEqual({
      text: "DriverEntry runs `packet->length = 0` (step 2, untested.c:31), but the pointer is null since step 1 (untested.c:30): ExAllocatePool2(Packet) → NULL.",
      steps: [1, 2],
    });
  });

  it("of a leak says who allocated", () => {
    expect(told(untestedAllocation(), "pool-leak").text).toBe(
      "DriverEntry calls ExAllocatePool2(Packet) (step 1, untested.c:30), and nobody frees that memory before the run ends after step 2.",
    );
  });

  it("of a block freed while it is waited for names who waits, since when", () => {
    expect(told(freeWhileWaited(), "free-while-waited").text).toBe(
      "unload calls ExFreePool(block) (step 2, waited.c:4) while worker waits for mutex in that block, since step 1.",
    );
  });

  it("of a section entered twice names who is inside since when", () => {
    expect(told(bothInside(), "mutual-exclusion")).toEqual({
      text: "worker 2 runs `enter the section` (step 2, section.c:5) while worker 1 is still inside, since step 1 (section.c:5).",
      steps: [1, 2],
    });
  });
});
