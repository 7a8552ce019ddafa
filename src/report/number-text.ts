import type { Count } from "../trace/document.ts";

/** `1,526`; digits beyond 2^53 are grouped as well, words such as "infinite" stay. */
export function countText(count: Count): string {
  const text = String(count);
  return /^\d+$/.test(text) ? text.replaceAll(/\B(?=(?:\d{3})+$)/g, ",") : text;
}

/** `1 step`, `2 steps`; what is infinite is `infinitely many steps`. */
export function counted(count: Count, noun: string): string {
  if (count === "infinite") return `infinitely many ${noun}s`;
  return `${countText(count)} ${noun}${String(count) === "1" ? "" : "s"}`;
}

/** `0.1 s`, `12 s`, `3 min 20 s`. */
export function secondsText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds) % 60} s`;
}

/** `512 KB`, `1.5 GB`, in units of 1024. */
export function bytesText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
