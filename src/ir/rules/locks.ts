import {
  bugCheckPage,
  kernel,
  kernelPage,
  routinePage,
  testPage,
  unhandled,
  verifier,
} from "./documentation.ts";
import { rulesOf } from "./rule.ts";

export const LOCK_RULES = rulesOf("locks", {
  "mutual-exclusion": {
    severity: "error",
    summary: "Two threads are inside sections of one lock at the same time.",
    advice:
      "Let every thread lock the same object, and give it back only after the last access to what it guards.",
    documentation: kernelPage("introduction-to-mutex-objects"),
    bugChecks: [],
  },
  "guard-aliasing": {
    severity: "error",
    summary:
      "One thread has two live guards of one KMutex, so two exclusive references to its data.",
    advice:
      "Pass the guard on instead of locking again: a KMUTEX admits its owner a second time without a word.",
    documentation: kernelPage("introduction-to-mutex-objects"),
    bugChecks: [],
  },
  "mutex-not-owned": {
    severity: "error",
    summary: "KeReleaseMutex is called by a thread that does not own the mutex.",
    advice:
      "Release the mutex in the thread that acquired it, and only after its wait has returned STATUS_SUCCESS.",
    documentation: routinePage("KeReleaseMutex"),
    bugChecks: [
      ...unhandled("0xC0000046"),
      kernel("0x0000003B", "parameter 1 = 0xC0000046"),
      ...verifier("0x1004", "0x1007"),
    ],
  },
  "double-release": {
    severity: "error",
    summary: "A thread releases a mutex once more than it acquired it.",
    advice:
      "Release once per acquisition; after releasing by hand, forget the guard so that it does not release again.",
    documentation: routinePage("KeReleaseMutex"),
    bugChecks: [
      ...unhandled("0xC0000046"),
      kernel("0x0000003B", "parameter 1 = 0xC0000046"),
      ...verifier("0x1007"),
    ],
  },
  "mutex-recursion-limit": {
    severity: "error",
    summary: "A thread acquires a mutex that it owns more often than the mutex can count.",
    advice:
      "Release the mutex as often as it is acquired; look for a loop that locks without unlocking.",
    documentation: routinePage("KeWaitForSingleObject"),
    bugChecks: unhandled("0xC0000191"),
  },
  "lock-held-at-exit": {
    severity: "error",
    summary: "A thread ends, or a callback returns, while it still owns a lock.",
    advice:
      "Release the lock on every path out, PsTerminateSystemThread included: it does not return, so nothing is dropped.",
    documentation: bugCheckPage("0x20--kernel-apc-pending-during-exit"),
    bugChecks: [
      kernel("0x00000020"),
      kernel("0x4000008A"),
      kernel("0x00000039"),
      ...verifier("0x100A"),
    ],
  },
  "spin-lock-not-held": {
    severity: "error",
    summary: "A spin lock is released by a thread that does not hold it.",
    advice:
      "Pair each release with one acquisition in the same thread; a release kernel just clears the lock word.",
    documentation: routinePage("KeReleaseSpinLock"),
    bugChecks: verifier("0x1004", "0x1007", "0x32"),
  },
  "fast-mutex-not-owned": {
    severity: "error",
    summary: "A fast or guarded mutex is released by a thread that does not own it.",
    advice:
      "Release it in the thread that acquired it, once: a release kernel notices nothing and the next owner may hang.",
    documentation: routinePage("ExReleaseFastMutex"),
    bugChecks: verifier("0x1004", "0x1007", "0x34"),
  },
  "lock-order": {
    severity: "warning",
    summary: "Threads take the same locks in opposite orders, at different times.",
    advice: "Fix one order for these locks and take them in it everywhere.",
    documentation: testPage("deadlock-detection"),
    bugChecks: verifier("0x1001"),
  },
});
