/** The tag that follows a successor and names its step: its thread (from 1) and its index among the outcomes of its location. */
import { assert } from "../../support/assert.ts";

export function tagOf(thread: number, step: number): number {
  assert(thread < 2 ** 15 && step < 2 ** 16, "a tag holds thread and step");
  return thread * 2 ** 16 + step;
}

export const threadOfTag = (tag: number): number => tag >>> 16;
export const stepOfTag = (tag: number): number => tag & 65535;
