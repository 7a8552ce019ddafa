/** The registry of kernel routines and objects: what a model may call, by Windows' names. */
import {
  KEVENT,
  KeClearEvent,
  KeInitializeEvent,
  KePulseEvent,
  KeReadStateEvent,
  KeResetEvent,
  KeSetEvent,
} from "./event.ts";
import {
  ExAcquireFastMutex,
  ExAcquireFastMutexUnsafe,
  ExEnterCriticalRegionAndAcquireFastMutexUnsafe,
  ExInitializeFastMutex,
  ExReleaseFastMutex,
  ExReleaseFastMutexUnsafe,
  ExReleaseFastMutexUnsafeAndLeaveCriticalRegion,
  ExTryToAcquireFastMutex,
  FAST_MUTEX,
} from "./fast-mutex.ts";
import {
  HANDLE,
  ObDereferenceObject,
  ObfDereferenceObject,
  ObfReferenceObject,
  ObReferenceObject,
  ObReferenceObjectByHandle,
  ZwClose,
} from "./handle.ts";
import { KeGetCurrentIrql, KeLowerIrql, KeRaiseIrql, KeRaiseIrqlToDpcLevel } from "./irql.ts";
import { KeInitializeMutex, KeReadStateMutex, KeReleaseMutex, KMUTEX } from "./kmutex.ts";
import {
  KeAreAllApcsDisabled,
  KeAreApcsDisabled,
  KeEnterCriticalRegion,
  KeEnterGuardedRegion,
  KeLeaveCriticalRegion,
  KeLeaveGuardedRegion,
} from "./regions.ts";
import {
  KeInitializeSemaphore,
  KeReadStateSemaphore,
  KeReleaseSemaphore,
  KSEMAPHORE,
} from "./semaphore.ts";
import {
  KeAcquireSpinLock,
  KeAcquireSpinLockAtDpcLevel,
  KeAcquireSpinLockRaiseToDpc,
  KeInitializeSpinLock,
  KeReleaseSpinLock,
  KeReleaseSpinLockFromDpcLevel,
  KeTryToAcquireSpinLockAtDpcLevel,
  KSPIN_LOCK,
} from "./spin-lock.ts";
import { THREAD } from "./thread.ts";
import { KeDelayExecutionThread, KeWaitForSingleObject } from "./wait.ts";

/** Routines that a thread calls as a method of that name. */
export const ROUTINES = {
  ExAcquireFastMutex,
  ExAcquireFastMutexUnsafe,
  ExEnterCriticalRegionAndAcquireFastMutexUnsafe,
  ExInitializeFastMutex,
  ExReleaseFastMutex,
  ExReleaseFastMutexUnsafe,
  ExReleaseFastMutexUnsafeAndLeaveCriticalRegion,
  ExTryToAcquireFastMutex,
  KeAcquireSpinLock,
  KeAcquireSpinLockAtDpcLevel,
  KeAcquireSpinLockRaiseToDpc,
  KeAreAllApcsDisabled,
  KeAreApcsDisabled,
  KeClearEvent,
  KeDelayExecutionThread,
  KeEnterCriticalRegion,
  KeEnterGuardedRegion,
  KeGetCurrentIrql,
  KeInitializeEvent,
  KeInitializeMutex,
  KeInitializeSemaphore,
  KeInitializeSpinLock,
  KeLeaveCriticalRegion,
  KeLeaveGuardedRegion,
  KeLowerIrql,
  KePulseEvent,
  KeRaiseIrql,
  KeRaiseIrqlToDpcLevel,
  KeReadStateEvent,
  KeReadStateMutex,
  KeReadStateSemaphore,
  KeReleaseMutex,
  KeReleaseSemaphore,
  KeReleaseSpinLock,
  KeReleaseSpinLockFromDpcLevel,
  KeResetEvent,
  KeSetEvent,
  KeTryToAcquireSpinLockAtDpcLevel,
  KeWaitForSingleObject,
  ObDereferenceObject,
  ObReferenceObject,
  ObReferenceObjectByHandle,
  ObfDereferenceObject,
  ObfReferenceObject,
  ZwClose,
} as const;

/** Kinds of objects that a model may declare. */
export const KINDS = {
  FAST_MUTEX,
  HANDLE,
  KEVENT,
  KMUTEX,
  KSEMAPHORE,
  KSPIN_LOCK,
  THREAD,
} as const;
