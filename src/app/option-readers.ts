/** Values of options as commander reads them: each is refused with a sentence on what it should have been. */
import { InvalidArgumentError } from "commander";
import { listOf, parameterOf } from "./option-values.ts";
import type { Faults } from "./record-model.ts";
import { REDUCTIONS, type Reduce } from "./search-program.ts";
import { REPORT_FORMATS, type ReportFormat } from "./write-reports.ts";

/** Reads a value, or says what it should have been. */
export function wanted<T>(
  read: (text: string) => T | undefined,
  what: string,
): (text: string) => T {
  return (text) => {
    const value = read(text);
    if (value === undefined) throw new InvalidArgumentError(`It must be ${what}.`);
    return value;
  };
}

/** One of these words. */
export const oneOf = (words: readonly string[]) =>
  wanted((text) => words.find((word) => word === text), words.join(" or "));

/** Adds a parameter to those given before. */
export function collected(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const parameter = parameterOf(text);
  if (!parameter) throw new InvalidArgumentError("It must be NAME=VALUE, with a whole number.");
  const [name, value] = parameter;
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...before, [name]: value };
}

/** Classes of environment failures. */
export function faults(text: string): Faults {
  if (text === "none" || text === "all") return text;
  const list = listOf(text);
  const special = list.find((word) => word === "none" || word === "all");
  if (list.length === 0) throw new InvalidArgumentError("It must be none, all, or a list.");
  if (special !== undefined) throw new InvalidArgumentError(`${special} stands alone.`);
  return list;
}

/** Formats of reports. */
export function reports(text: string): readonly ReportFormat[] {
  if (text === "all") return REPORT_FORMATS;
  const words = listOf(text);
  const known = REPORT_FORMATS.filter((format) => words.includes(format));
  if (words.length > 0 && known.length === words.length) return known;
  throw new InvalidArgumentError(`It must be all, or some of ${REPORT_FORMATS.join(",")}.`);
}

export function reductions(text: string): Reduce {
  if (text === "auto" || text === "none") return text;
  const words = listOf(text);
  const known = REDUCTIONS.filter((name) => words.includes(name));
  if (words.length > 0 && known.length === words.length) return known;
  throw new InvalidArgumentError(`It must be auto, none, or some of ${REDUCTIONS.join(",")}.`);
}
