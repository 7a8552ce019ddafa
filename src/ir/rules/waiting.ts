import { kernel, kernelPage, routinePage, testPage, verifier } from "./documentation.ts";
import { rulesOf } from "./rule.ts";

export const WAITING_RULES = rulesOf("waiting", {
  deadlock: {
    severity: "error",
    summary: "No thread can move, and not all of them have ended.",
    advice:
      "Break the cycle: take locks in one order, and never wait for a thread while holding what it needs to finish.",
    documentation: testPage("deadlock-detection"),
    bugChecks: [kernel("0x00000133"), ...verifier("0x1001")],
  },
  "partial-deadlock": {
    severity: "error",
    summary: "A thread can never move again, whatever the others do, while some of them still run.",
    advice:
      "See who should end the wait and why nobody does; declare a service that may wait for ever as such.",
    documentation: testPage("deadlock-detection"),
    bugChecks: [kernel("0x00000133"), ...verifier("0x1001")],
  },
  "self-deadlock": {
    severity: "error",
    summary:
      "A thread waits for a lock that it holds itself and that does not admit its owner again.",
    advice: "Do not lock again while holding it; only a KMUTEX or an ERESOURCE may be taken twice.",
    documentation: kernelPage("fast-mutexes-and-guarded-mutexes"),
    bugChecks: [kernel("0x00000133"), kernel("0x00000101"), ...verifier("0x1000")],
  },
  "join-self": {
    severity: "error",
    summary: "A thread waits for its own end.",
    advice: "Let another thread wait for this one; compare with the current thread before joining.",
    documentation: routinePage("KeWaitForSingleObject"),
    bugChecks: [],
  },
  "wait-status-ignored": {
    severity: "warning",
    summary: "The status of a wait that may time out or be interrupted is never tested.",
    advice:
      "Compare it with STATUS_SUCCESS before relying on the object: NT_SUCCESS also accepts STATUS_TIMEOUT.",
    documentation: routinePage("KeWaitForSingleObject"),
    bugChecks: [],
  },
});
