/** The binary format of WebAssembly: numbers, names, sections and the codes of the instructions that we use. */
import type { CodeType } from "./code.ts";

export const valueType: Readonly<Record<CodeType | "i64", number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f64: 0x7c,
};

/** Instructions by their names in the specification. */
export const op = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  br_table: 0x0e,
  return: 0x0f,
  call: 0x10,
  drop: 0x1a,
  select: 0x1b,
  "local.get": 0x20,
  "local.set": 0x21,
  "local.tee": 0x22,
  "i32.load": 0x28,
  "i32.load8_u": 0x2d,
  "i32.store": 0x36,
  "i32.store8": 0x3a,
  "i32.const": 0x41,
  "i64.const": 0x42,
  "f64.const": 0x44,
  "i32.eqz": 0x45,
  "i32.eq": 0x46,
  "i32.ne": 0x47,
  "i32.lt_s": 0x48,
  "i32.lt_u": 0x49,
  "i64.eqz": 0x50,
  "f64.eq": 0x61,
  "f64.ne": 0x62,
  "f64.lt": 0x63,
  "i32.add": 0x6a,
  "i32.sub": 0x6b,
  "i32.mul": 0x6c,
  "i32.and": 0x71,
  "i32.or": 0x72,
  "i32.xor": 0x73,
  "i32.shl": 0x74,
  "i32.shr_s": 0x75,
  "i32.shr_u": 0x76,
  "i64.rem_s": 0x81,
  "i64.and": 0x83,
  "i64.or": 0x84,
  "i64.xor": 0x85,
  "f64.trunc": 0x9d,
  "f64.add": 0xa0,
  "f64.sub": 0xa1,
  "f64.mul": 0xa2,
  "f64.div": 0xa3,
  "i32.wrap_i64": 0xa7,
  "f64.convert_i32_s": 0xb7,
  "f64.convert_i32_u": 0xb8,
  "f64.convert_i64_s": 0xb9,
} as const;

/** Instructions of two bytes. */
export const truncateSaturating = [0xfc, 0x06] as const;
export const compareExchange = [0xfe, 0x48] as const;

/** The type of a block that leaves nothing on the stack. */
export const noResult = 0x40;

/** An unsigned number of up to 32 bits in LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** A number's lowest 32 bits, signed, in LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (; rest < -0x40 || rest > 0x3f; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest & 0x7f);
  return bytes;
}

/** A number as the eight bytes of an f64, the lowest first. */
export function float64(value: number): readonly number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return [...new Uint8Array(view.buffer)];
}

export function name(text: string): number[] {
  return prefixed([...new TextEncoder().encode(text)]);
}

/** Bytes after their number. */
export function prefixed(bytes: readonly number[]): number[] {
  return unsigned(bytes.length).concat(bytes);
}

/** Entries after their number. */
export function vector(entries: readonly (readonly number[])[]): number[] {
  return unsigned(entries.length).concat(entries.flat());
}

export function section(id: number, content: readonly number[]): number[] {
  return [id].concat(prefixed(content));
}
