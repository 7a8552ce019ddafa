import { kernel, kernelPage, routinePage, testPage, verifier } from "./documentation.ts";
import { rulesOf } from "./rule.ts";

export const IRQL_RULES = rulesOf("irql", {
  "irql-too-high": {
    severity: "error",
    summary: "A routine is called above the highest IRQL that it permits.",
    advice:
      "Call it before raising the IRQL or after lowering it; release the fast mutex or spin lock that raised it.",
    documentation: kernelPage("managing-hardware-priorities"),
    bugChecks: [kernel("0x0000000A"), ...verifier("0xE5", "0xE6", "0x2001B", "0x2001C", "0x2001F")],
  },
  "irql-too-low": {
    severity: "error",
    summary: "A routine is called below the lowest IRQL that it requires.",
    advice: "Raise the IRQL first, or use the form of the routine that raises it itself.",
    documentation: routinePage("KeAcquireSpinLockAtDpcLevel"),
    bugChecks: verifier("0x40", "0x41", "0x20003"),
  },
  "wait-at-dispatch": {
    severity: "error",
    summary: "A thread waits, with a time limit other than zero, at DISPATCH_LEVEL or above.",
    advice: "Wait at APC_LEVEL or below, or poll with a time limit of zero.",
    documentation: routinePage("KeWaitForSingleObject"),
    bugChecks: [
      kernel("0x0000000A"),
      kernel("0x000000B8"),
      ...verifier("0x120", "0x121", "0x122", "0x3B"),
    ],
  },
  "release-above-dispatch": {
    severity: "error",
    summary: "A mutex is released above DISPATCH_LEVEL.",
    advice:
      "Lower the IRQL before the release or the guard's end; a guard whose checked drop failed still drops.",
    documentation: routinePage("KeReleaseMutex"),
    bugChecks: [kernel("0x0000000A"), ...verifier("0x20011")],
  },
  "irql-not-restored": {
    severity: "error",
    summary:
      "A routine or a callback of the driver returns at another IRQL than it was entered at.",
    advice:
      "Undo each raise with one lower on every path, and release spin locks before returning.",
    documentation: kernelPage("managing-hardware-priorities"),
    bugChecks: [
      kernel("0x0000004A"),
      kernel("0x000000C8"),
      kernel("0x000000E1"),
      ...verifier("0x2001D", "0x111"),
    ],
  },
  "irql-raise-lowers": {
    severity: "error",
    summary: "KeRaiseIrql is given an IRQL below the current one.",
    advice:
      "Ask KeGetCurrentIrql first, or use KeLowerIrql with the value that the raise returned.",
    documentation: routinePage("KeRaiseIrql"),
    bugChecks: verifier("0x30"),
  },
  "irql-lower-raises": {
    severity: "error",
    summary: "KeLowerIrql is given an IRQL above the current one.",
    advice: "Lower only to the value that the latest raise returned.",
    documentation: routinePage("KeLowerIrql"),
    bugChecks: verifier("0x31"),
  },
  "paged-at-dispatch": {
    severity: "error",
    summary: "Paged memory is touched at DISPATCH_LEVEL or above.",
    advice: "Allocate it from non-paged pool, or touch it at APC_LEVEL or below.",
    documentation: testPage("force-irql-checking"),
    bugChecks: [kernel("0x0000000A"), kernel("0x000000D1"), kernel("0x000000D3")],
  },
  "exit-at-raised-irql": {
    severity: "error",
    summary: "A thread ends above PASSIVE_LEVEL.",
    advice:
      "Lower the IRQL and release the fast mutex or spin lock that raised it before the thread ends.",
    documentation: routinePage("PsTerminateSystemThread"),
    bugChecks: [kernel("0x000000E1"), ...verifier("0x2001C")],
  },
});
