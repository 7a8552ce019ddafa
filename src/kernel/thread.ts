/**
 * The kernel's state of each thread, and system threads as objects: created, joined through a reference, ended.
 *
 * Pages: PsCreateSystemThread, PsTerminateSystemThread (wdm.h, ntddk.h); managing-hardware-priorities.
 *
 * | in Windows                              | in the model                        |
 * | the processor's IRQL while t runs       | irql                                |
 * | values saved by nested KeRaiseIrql      | raises, raised1 … raised4           |
 * | normal kernel APCs disabled             | apcDisable (regions only)           |
 * | special kernel APCs disabled            | specialApcDisable                   |
 * | not created, running, signaled          | state                               |
 * | references that the driver itself took  | references                          |
 * | somebody waited for its end             | joined (for a warning only)         |
 */
import { constant, type Expression, equals, self } from "../ir/expression.ts";
import { depthField, objectKind, set, truthField, type View, viewOf } from "./object-kind.ts";

export type ThreadField =
  | "irql"
  | "raises"
  | "raised1"
  | "raised2"
  | "raised3"
  | "raised4"
  | "apcDisable"
  | "specialApcDisable"
  | "state"
  | "references"
  | "joined";

/** Nested raises that the model can remember; one more is reported as a bound. */
export const RAISES_MAX = 4;

export const THREAD_STATE = { never: 0, running: 1, signaled: 2 } as const;

const levelField = { type: () => ({ kind: "range", min: 0, max: 15 }) as const, initial: 0 };
const savedField = { ...levelField, tags: { hidden: true, private: true } as const };

export const THREAD = objectKind<ThreadField>({
  name: "thread",
  fields: {
    irql: { ...levelField, tags: { level: true, private: true } },
    raises: {
      type: () => ({ kind: "range", min: 0, max: RAISES_MAX }),
      initial: 0,
      tags: { hidden: true, private: true },
    },
    raised1: savedField,
    raised2: savedField,
    raised3: savedField,
    raised4: savedField,
    apcDisable: { ...depthField, tags: { private: true } },
    specialApcDisable: { ...depthField, tags: { private: true } },
    state: {
      type: () => ({
        kind: "enumeration",
        name: "thread",
        members: ["not created", "running", "signaled"],
      }),
      initial: 0,
    },
    references: depthField,
    joined: { ...truthField, tags: { hidden: true } },
  },
  unusable: (thread) => equals(thread.references, constant(0)),
  dispatcher: {
    kind: "thread",
    signaledFor: (thread) => equals(thread.state, constant(THREAD_STATE.signaled)),
    onSatisfied: (thread) => [set(thread.joined, constant(1))],
  },
});

/** Prefix of the threads' kernel state; the index is the thread's number. */
export const THREAD_PREFIX = "thread";

/** The kernel's state of a thread. */
export const threadAt = (thread: Expression): View<ThreadField> =>
  viewOf(THREAD, THREAD_PREFIX, thread);

/** The kernel's state of the thread that calls. */
export const callingThread: View<ThreadField> = threadAt(self);
