/** Addresses of Microsoft's pages, and the bug checks that rules name. */
import type { BugCheck } from "./rule.ts";

const root = "https://learn.microsoft.com/windows-hardware/drivers";

/** The page of a routine of wdm.h. */
export const routinePage = (name: string): string => `${root}/ddi/wdm/nf-wdm-${name.toLowerCase()}`;
/** A page of the kernel-mode driver design guide. */
export const kernelPage = (page: string): string => `${root}/kernel/${page}`;
/** A page on testing drivers: Driver Verifier and its options. */
export const testPage = (page: string): string => `${root}/devtest/${page}`;
/** The page of a bug check. */
export const bugCheckPage = (page: string): string => `${root}/debugger/bug-check-${page}`;

/** The codes that rules name; `RPNC` is the code that the panic handler of windows-drivers-rs passes. */
const names = {
  "0x00000001": "APC_INDEX_MISMATCH",
  "0x0000000A": "IRQL_NOT_LESS_OR_EQUAL",
  "0x00000018": "REFERENCE_BY_POINTER",
  "0x00000019": "BAD_POOL_HEADER",
  "0x0000001E": "KMODE_EXCEPTION_NOT_HANDLED",
  "0x00000020": "KERNEL_APC_PENDING_DURING_EXIT",
  "0x00000039": "SYSTEM_EXIT_OWNED_MUTEX",
  "0x0000003B": "SYSTEM_SERVICE_EXCEPTION",
  "0x0000004A": "IRQL_GT_ZERO_AT_SYSTEM_SERVICE",
  "0x00000050": "PAGE_FAULT_IN_NONPAGED_AREA",
  "0x0000007E": "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED",
  "0x00000093": "INVALID_KERNEL_HANDLE",
  "0x000000B8": "ATTEMPTED_SWITCH_FROM_DPC",
  "0x000000C2": "BAD_POOL_CALLER",
  "0x000000C4": "DRIVER_VERIFIER_DETECTED_VIOLATION",
  "0x000000C5": "DRIVER_CORRUPTED_EXPOOL",
  "0x000000C6": "DRIVER_CAUGHT_MODIFYING_FREED_POOL",
  "0x000000C7": "TIMER_OR_DPC_INVALID",
  "0x000000C8": "IRQL_UNEXPECTED_VALUE",
  "0x000000CC": "PAGE_FAULT_IN_FREED_SPECIAL_POOL",
  "0x000000CE": "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS",
  "0x000000D1": "DRIVER_IRQL_NOT_LESS_OR_EQUAL",
  "0x000000D3": "DRIVER_PORTION_MUST_BE_NONPAGED",
  "0x000000D4": "SYSTEM_SCAN_AT_RAISED_IRQL_CAUGHT_IMPROPER_DRIVER_UNLOAD",
  "0x000000D5": "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL",
  "0x000000E1": "WORKER_THREAD_RETURNED_AT_BAD_IRQL",
  "0x00000101": "CLOCK_WATCHDOG_TIMEOUT",
  "0x00000133": "DPC_WATCHDOG_VIOLATION",
  "0x00000139": "KERNEL_SECURITY_CHECK_FAILURE",
  "0x4000008A": "THREAD_TERMINATE_HELD_MUTEX",
  "0x52504E43": "RPNC",
} as const;

type Code = keyof typeof names;

/** A bug check of a release kernel. */
export function kernel(code: Code, parameters?: string): BugCheck {
  return { code, name: names[code], ...(parameters && { parameters }), when: "kernel" };
}

/** A bug check that only Driver Verifier brings about, other than its own 0xC4. */
export function underVerifier(code: Code): BugCheck {
  return { code, name: names[code], when: "verifier" };
}

/** Driver Verifier's own bug check, once for each reason given: the value of its first parameter. */
export function verifier(...reasons: readonly string[]): readonly BugCheck[] {
  const code = "0x000000C4";
  return reasons.map((reason) => ({
    code,
    name: names[code],
    parameters: `parameter 1 = ${reason}`,
    when: "verifier",
  }));
}

/** How an exception that nobody handles ends: in a system thread first, elsewhere with the other codes. */
export function unhandled(status: string): readonly BugCheck[] {
  return [kernel("0x0000007E", `parameter 1 = ${status}`), kernel("0x0000001E")];
}
