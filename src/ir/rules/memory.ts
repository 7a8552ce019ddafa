import {
  bugCheckPage,
  kernel,
  kernelPage,
  routinePage,
  testPage,
  underVerifier,
  verifier,
} from "./documentation.ts";
import { rulesOf } from "./rule.ts";

export const MEMORY_RULES = rulesOf("memory", {
  "pool-leak": {
    severity: "error",
    summary: "Pool that the driver allocated is not freed when the driver is gone.",
    advice:
      "Free it in Unload, and in DriverEntry on each path that fails: Unload is not called then.",
    documentation: testPage("pool-tracking"),
    bugChecks: verifier("0x60", "0x62"),
  },
  "double-free": {
    severity: "error",
    summary: "A block of pool is freed twice.",
    advice:
      "Let one owner free it: take the pointer out with one atomic exchange and free what came out.",
    documentation: routinePage("ExFreePoolWithTag"),
    bugChecks: [
      kernel("0x000000C2", "parameter 1 = 0x06"),
      kernel("0x000000C2", "parameter 1 = 0x07"),
      ...verifier("0x13", "0x14"),
    ],
  },
  "use-after-free": {
    severity: "error",
    summary: "Memory is used after it was freed.",
    advice:
      "Wait until nobody can use it before freeing it: join the threads, flush the DPCs, or use run-down protection.",
    documentation: testPage("special-pool"),
    bugChecks: [
      kernel("0x00000050"),
      kernel("0x00000019"),
      kernel("0x000000C5"),
      kernel("0x000000C6"),
      kernel("0x00000139"),
      underVerifier("0x000000D5"),
      underVerifier("0x000000CC"),
    ],
  },
  "free-while-owned": {
    severity: "error",
    summary: "The storage of a lock is freed while a thread owns the lock.",
    advice: "Free a lock only after its last owner has released it and nobody can take it again.",
    documentation: bugCheckPage("0xc4--driver-verifier-detected-violation"),
    bugChecks: [kernel("0x00000139"), ...verifier("0x100B")],
  },
  "free-while-waited": {
    severity: "error",
    summary: "The storage of an object is freed while a thread waits on the object.",
    advice: "Let every waiter return before freeing the object; the waiter would never wake.",
    documentation: routinePage("KeWaitForSingleObject"),
    bugChecks: [kernel("0x00000139"), underVerifier("0x000000D5")],
  },
  "null-dereference": {
    severity: "error",
    summary: "A null pointer is dereferenced.",
    advice: "Test what an allocation or a lookup returned before using it.",
    documentation: bugCheckPage("0x7e--system-thread-exception-not-handled"),
    bugChecks: [
      kernel("0x0000007E", "parameter 1 = 0xC0000005"),
      kernel("0x0000000A"),
      kernel("0x000000D1"),
    ],
  },
  range: {
    severity: "error",
    summary: "A variable leaves its declared range.",
    advice: "Widen the range if the value is meant to be possible; otherwise see why it grows.",
    bugChecks: [],
  },
  "data-race": {
    severity: "error",
    summary:
      "Two threads can touch one location at the same time, one of them writing and one of them not atomically.",
    advice: "Hold one lock at both places, or make both accesses interlocked or atomic.",
    documentation: kernelPage("introduction-to-spin-locks"),
    bugChecks: [],
  },
});
