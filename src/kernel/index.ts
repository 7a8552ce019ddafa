/** The registry of kernel routines and objects: what a model may call, by Windows' names. */
import {
  HANDLE,
  ObfDereferenceObject,
  ObfReferenceObject,
  ObReferenceObjectByHandle,
  ZwClose,
} from "./handle.ts";
import { KeGetCurrentIrql, KeLowerIrql, KeRaiseIrql, KeRaiseIrqlToDpcLevel } from "./irql.ts";
import { KeInitializeMutex, KeReadStateMutex, KeReleaseMutex, KMUTEX } from "./kmutex.ts";
import { THREAD } from "./thread.ts";
import { KeDelayExecutionThread, KeWaitForSingleObject } from "./wait.ts";

/** Routines that a thread calls as a method of that name. */
export const ROUTINES = {
  KeDelayExecutionThread,
  KeGetCurrentIrql,
  KeInitializeMutex,
  KeLowerIrql,
  KeRaiseIrql,
  KeRaiseIrqlToDpcLevel,
  KeReadStateMutex,
  KeReleaseMutex,
  KeWaitForSingleObject,
  ObDereferenceObject: ObfDereferenceObject,
  ObReferenceObject: ObfReferenceObject,
  ObReferenceObjectByHandle,
  ObfDereferenceObject,
  ObfReferenceObject,
  ZwClose,
} as const;

/** Kinds of objects that a model may declare. */
export const KINDS = { HANDLE, KMUTEX, THREAD } as const;
