/** Source spans anywhere in a value, with their files as readers see them. */
import type { Span } from "../ir/span.ts";
import { pathOfTrace, shownPath } from "./source-path.ts";

/**
 * The value with all spans relative to the current folder. What has none is the same object as before, and what was
 * shared stays shared: the expressions of a Program are graphs, as trees they could be exponentially large.
 */
export function withShownSpans<T>(value: T): T {
  return mapped(value, new Map()) as T;
}

function mapped(value: unknown, done: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = done.get(value);
  if (known !== undefined) return known;
  const result = Array.isArray(value)
    ? changedItems(value, done)
    : isSpan(value)
      ? { ...value, file: shownPath(pathOfTrace(value.file)) }
      : changedFields(value, done);
  done.set(value, result);
  return result;
}

function changedItems(items: readonly unknown[], done: Map<object, unknown>): unknown {
  const next = items.map((item) => mapped(item, done));
  return next.some((item, index) => item !== items[index]) ? next : items;
}

function changedFields(value: object, done: Map<object, unknown>): unknown {
  const fields = Object.entries(value);
  const next = fields.map(([key, field]) => [key, mapped(field, done)] as const);
  return next.some(([, field], index) => field !== fields[index]?.[1])
    ? Object.fromEntries(next)
    : value;
}

function isSpan(value: object): value is Span {
  const { file, line, column } = value as Partial<Span>;
  return typeof file === "string" && typeof line === "number" && typeof column === "number";
}
