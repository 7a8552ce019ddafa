/** Values of options as people write them: numbers, sizes, durations, parameters, lists. */
const NATURAL = /^\d{1,15}$/;

/** `1000000` or `1_000_000`; nothing for anything else. */
export function naturalOf(text: string): number | undefined {
  const digits = text.replaceAll(/(?<=\d)_(?=\d)/g, "");
  return NATURAL.test(digits) ? Number(digits) : undefined;
}

const UNITS: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3, t: 4 };

/** Bytes of `512M`, `4G`, `1.5 GB`; units are of 1024. */
export function bytesOf(text: string): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  const power = UNITS[(match?.[2] ?? "").toLowerCase()];
  if (!match || power === undefined) return undefined;
  const bytes = Math.floor(Number(match[1]) * 1024 ** power);
  return bytes > 0 ? bytes : undefined;
}

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600 };

/** Seconds of `90`, `90s`, `500ms`, `5m`, `2h`. */
export function secondsOf(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|m|min|h)?$/i.exec(text.trim());
  const unit = SECONDS[(match?.[2] ?? "s").toLowerCase()];
  if (!match || unit === undefined) return undefined;
  const seconds = Number(match[1]) * unit;
  return seconds > 0 ? seconds : undefined;
}

/** `NAME=VALUE` with a whole number. */
export function parameterOf(text: string): readonly [name: string, value: number] | undefined {
  const match = /^([^=\s]+)=(-?\d{1,15})$/.exec(text);
  return match?.[1] === undefined ? undefined : [match[1], Number(match[2])];
}

/** The words of `a,b,c`, each once. */
export function listOf(text: string): readonly string[] {
  const words = text.split(",").map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ""))];
}
