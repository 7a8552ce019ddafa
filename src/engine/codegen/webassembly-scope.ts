/** What the code of one WebAssembly function can name: functions, regions, and locals, numbered as they are declared. */
import { assert } from "../../support/assert.ts";
import type { CodeFunction, CodeType, Region } from "./code.ts";
import { unsigned, valueType } from "./webassembly-bytes.ts";

/** What all functions of a module share. */
export interface ModuleScope {
  readonly functions: ReadonlyMap<string, { readonly index: number; readonly result?: CodeType }>;
  /** With their bytes from the start of the memory. */
  readonly regions: ReadonlyMap<string, Region & { readonly offset: number }>;
}

type LocalType = CodeType | "i64";

export interface Scope {
  readonly module: ModuleScope;
  /** The number of a local as an instruction takes it; it is declared now unless it was before. */
  readonly declare: (name: string, type: LocalType) => readonly number[];
  /** The number of a local that was declared. */
  readonly local: (name: string) => readonly number[];
  /** The declarations of all locals but the parameters. */
  readonly declarations: () => readonly number[];
}

export function createScope(module: ModuleScope, { parameters }: CodeFunction): Scope {
  const locals = new Map<string, { readonly index: number; readonly type: LocalType }>();
  const declare = (name: string, type: LocalType): readonly number[] => {
    const known = locals.get(name) ?? { index: locals.size, type };
    assert(known.type === type, `variable ${name} has one type`);
    locals.set(name, known);
    return unsigned(known.index);
  };
  for (const { name, type } of parameters) declare(name, type);
  return {
    module,
    declare,
    local: (name) => {
      const known = locals.get(name);
      assert(known !== undefined, `variable ${name} is declared`);
      return unsigned(known.index);
    },
    declarations: () => {
      const own = [...locals.values()].slice(parameters.length);
      return [...unsigned(own.length), ...own.flatMap(({ type }) => [1, valueType[type]])];
    },
  };
}
