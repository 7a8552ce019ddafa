/** Types as authors of models name them. */
import type { Type } from "../ir/type.ts";
import { callerSpan } from "./caller.ts";
import { RecordingError } from "./recording.ts";

/** The whole numbers from `from` to `to`; leaving them is the rule `range`. */
export function between(from: number, to: number): Type {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from > to) {
    throw new RecordingError(
      "empty-range",
      `there are no whole numbers from ${from} to ${to}`,
      callerSpan(),
      "give the smaller bound first",
    );
  }
  return { kind: "range", min: from, max: to };
}

/** The whole numbers from 0 to `most`. */
export const upTo = (most: number): Type => between(0, most);

export const boolean: Type = { kind: "boolean" };
export const u8: Type = { kind: "wrapping", bits: 8, signed: false };
export const u16: Type = { kind: "wrapping", bits: 16, signed: false };
export const u32: Type = { kind: "wrapping", bits: 32, signed: false };
export const i8: Type = { kind: "wrapping", bits: 8, signed: true };
export const i16: Type = { kind: "wrapping", bits: 16, signed: true };
export const i32: Type = { kind: "wrapping", bits: 32, signed: true };

/** One of the named members. */
export function oneOf(name: string, ...members: readonly string[]): Type {
  return { kind: "enumeration", name, members };
}

/** A pointer to a block of this storage, or null. */
export function pointerTo(block: { readonly storage: string }): Type {
  return { kind: "reference", to: block.storage, slots: 0 };
}

/** A handle that PsCreateSystemThread returned, or null. */
export const threadHandle: Type = { kind: "reference", to: "handle", slots: 0 };

/** A referenced thread object (PETHREAD), or null. */
export const threadObject: Type = { kind: "reference", to: "thread", slots: 0 };
