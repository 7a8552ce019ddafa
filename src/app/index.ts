/** The library: what models import, and what programs that use kecheck call. */
export { type Expected, holds, inconclusive, violated } from "../dsl/expected.ts";
export { type Grt, grt } from "../dsl/grt.ts";
export { type ModelBody, type ModelDefinition, model } from "../dsl/model.ts";
export { fastMutex, type Guard, kmutex, type Mutex, type MutexReference } from "../dsl/mutex.ts";
export type { Result as RustResult } from "../dsl/result.ts";
export type { CreatedThread, Thread, ThreadRoutine } from "../dsl/routines.ts";
export {
  between,
  boolean,
  i8,
  i16,
  i32,
  oneOf,
  pointerTo,
  threadHandle,
  threadObject,
  u8,
  u16,
  u32,
  upTo,
} from "../dsl/type.ts";
export {
  and,
  atLeast,
  atMost,
  bitAnd,
  bitOr,
  bitXor,
  differs,
  dividedBy,
  equals,
  greaterThan,
  isNull,
  lessThan,
  minus,
  not,
  nullPointer,
  or,
  plus,
  remainder,
  times,
  type Value,
} from "../dsl/value.ts";
export type { Diagnostic } from "../ir/diagnostic.ts";
export type { RuleId } from "../ir/rules.ts";
export type { Span } from "../ir/span.ts";
export { KEVENT, NotificationEvent, SynchronizationEvent } from "../kernel/event.ts";
export { FAST_MUTEX } from "../kernel/fast-mutex.ts";
export { KMUTEX } from "../kernel/kmutex.ts";
export { LEVELS } from "../kernel/levels.ts";
export { KSEMAPHORE } from "../kernel/semaphore.ts";
export { KSPIN_LOCK } from "../kernel/spin-lock.ts";
export { documentSchema } from "../report/json/schema.ts";
export type {
  CheckDocument,
  Count,
  Explanation,
  Finding,
  Result as CheckResult,
  RulesDocument,
  Statistics,
  TestDocument,
  TestResult,
  Trace,
  TraceStep,
  VerdictKind,
  Witness,
} from "../trace/document.ts";
export { type Checked, type CheckOptions, check } from "./check-model.ts";
