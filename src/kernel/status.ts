/** NTSTATUS values that routines of the model return. Names and values as in ntstatus.h. */
import type { Type } from "../ir/type.ts";

const members = [
  "STATUS_SUCCESS",
  "STATUS_TIMEOUT",
  "STATUS_UNSUCCESSFUL",
  "STATUS_INVALID_HANDLE",
  "STATUS_INSUFFICIENT_RESOURCES",
] as const;

export type StatusName = (typeof members)[number];

/** A status as a value of a Program: the index among those that the model knows. */
export const statusType: Type = { kind: "enumeration", name: "NTSTATUS", members };

export const statusValue = (name: StatusName): number => members.indexOf(name);
export const STATUS_SUCCESS = statusValue("STATUS_SUCCESS");
export const STATUS_TIMEOUT = statusValue("STATUS_TIMEOUT");
