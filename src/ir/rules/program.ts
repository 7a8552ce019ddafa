import { kernel, testPage } from "./documentation.ts";
import { rulesOf } from "./rule.ts";

export const PROGRAM_RULES = rulesOf("program", {
  panic: {
    severity: "error",
    summary: "The driver panics.",
    advice:
      "Handle the error instead of unwrapping it: a panic in the kernel drops no guard and releases no lock.",
    bugChecks: [kernel("0x52504E43")],
  },
  invariant: {
    severity: "error",
    summary: "A condition that must hold at all times is false in some reachable state.",
    advice:
      "Follow the trace to the step that breaks it; guard that step, or correct the condition.",
    bugChecks: [],
  },
  "at-end": {
    severity: "error",
    summary: "A condition that must hold when everything has ended is false at some end.",
    advice:
      "Compare the trace with a run that ends well: look for an update that is lost or never made.",
    bugChecks: [],
  },
  reachable: {
    severity: "error",
    summary: "A condition that must hold in some reachable state holds in none.",
    advice: "See what keeps the program from getting there, or whether parameters are too small.",
    bugChecks: [],
  },
  "dead-code": {
    severity: "warning",
    summary: "A step of the program happens in no run.",
    advice: "Remove it, or see which condition before it can never be true.",
    bugChecks: [],
  },
  "fault-ignored": {
    severity: "warning",
    summary: "The status of a routine that may fail is never tested.",
    advice: "Test the status and undo what was done so far.",
    documentation: testPage("low-resources-simulation"),
    bugChecks: [],
  },
});
