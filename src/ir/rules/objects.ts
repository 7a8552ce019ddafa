import {
  kernel,
  kernelPage,
  routinePage,
  underVerifier,
  unhandled,
  verifier,
} from "./documentation.ts";
import { rulesOf } from "./rule.ts";

export const OBJECT_RULES = rulesOf("objects", {
  "handle-leak": {
    severity: "error",
    summary: "A handle is still open when the driver is gone.",
    advice: "Close it with ZwClose as soon as the object is referenced, on every path.",
    documentation: routinePage("ZwClose"),
    bugChecks: [],
  },
  "invalid-handle": {
    severity: "error",
    summary: "A handle is used that was never opened or is closed already.",
    advice:
      "Use a handle only after its creation succeeded, and close it once: its value may be in use again.",
    documentation: routinePage("ZwClose"),
    bugChecks: [kernel("0x00000093"), ...verifier("0x3C", "0xF5")],
  },
  "object-leak": {
    severity: "error",
    summary: "A reference to an object is never given back.",
    advice:
      "Call ObDereferenceObject once for each reference taken, after the last use (a join included).",
    documentation: routinePage("ObDereferenceObject"),
    bugChecks: [],
  },
  "over-dereference": {
    severity: "error",
    summary: "More references to an object are given back than were taken.",
    advice: "Give back only references that this code took, each once.",
    documentation: kernelPage("life-cycle-of-an-object"),
    bugChecks: [kernel("0x00000018"), ...verifier("0x3F")],
  },
  "thread-outlives-driver": {
    severity: "error",
    summary: "A thread of the driver is alive when the driver's image is unloaded.",
    advice:
      "In Unload, and where DriverEntry fails, make each thread end and wait for its thread object, not for an event.",
    documentation: kernelPage("releasing-driver-allocated-resources"),
    bugChecks: [
      kernel("0x000000CE"),
      kernel("0x000000D1"),
      kernel("0x00000050"),
      kernel("0x000000D4"),
      underVerifier("0x000000CE"),
      underVerifier("0x000000C7"),
    ],
  },
  "thread-not-joined": {
    severity: "warning",
    summary: "A thread was created and nobody waits for its end.",
    advice: "Keep a reference to the thread object and wait on it before the driver is unloaded.",
    documentation: kernelPage("releasing-driver-allocated-resources"),
    bugChecks: [],
  },
  "exit-in-region": {
    severity: "error",
    summary:
      "A thread ends, or a callback returns, inside a critical or guarded region that it entered.",
    advice: "Leave each region as often as it was entered, on every path.",
    documentation: kernelPage("disabling-apcs"),
    bugChecks: [kernel("0x00000020"), kernel("0x00000001"), underVerifier("0x00000020")],
  },
  "region-underflow": {
    severity: "error",
    summary: "A critical or guarded region is left more often than it was entered.",
    advice: "Pair each leave with one enter in the same thread.",
    documentation: routinePage("KeLeaveCriticalRegion"),
    bugChecks: verifier("0x3E"),
  },
  "semaphore-limit": {
    severity: "error",
    summary: "KeReleaseSemaphore would raise the count above the semaphore's limit.",
    advice:
      "Release only what a wait took, or initialize the semaphore with a limit that covers all releases.",
    documentation: routinePage("KeReleaseSemaphore"),
    bugChecks: unhandled("0xC0000047"),
  },
});
