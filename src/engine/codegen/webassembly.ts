/**
 * A code module as a WebAssembly module, encoded directly (WebAssembly Core Specification, chapter 5).
 *
 * Regions lie at fixed offsets in one imported memory, so accesses need no base address; what a module imports it gets
 * under the names "memory" and "imports". Nothing is optimised here: the host's compiler does that.
 */
import { assert } from "../../support/assert.ts";
import type { CodeModule, CodeType } from "./code.ts";
import {
  type CodeExport,
  type CodeImport,
  type CompiledModule,
  type HostMemory,
  host,
} from "./host.ts";
import { name, prefixed, section, unsigned, valueType, vector } from "./webassembly-bytes.ts";
import type { ModuleScope } from "./webassembly-scope.ts";
import { encodeFunction } from "./webassembly-statement.ts";

/** Where a module finds its regions, and in what kind of memory. */
export interface Placement {
  /** Bytes from the start of the memory, a multiple of 4 for words. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly pagesMax: number;
  readonly shared: boolean;
}

/** Compiles a module; the same compiled module may be instantiated many times. */
export function compileModule(module: CodeModule, placement: Placement): CompiledModule {
  return new host.Module(encodeModule(module, placement));
}

export function instantiate(
  compiled: CompiledModule,
  memory: HostMemory,
  imports: Readonly<Record<string, CodeImport>>,
): Readonly<Record<string, CodeExport>> {
  return new host.Instance(compiled, { memory: { memory }, imports }).exports;
}

const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const sections = { type: 1, import: 2, function: 3, export: 7, code: 10 };
const kinds = { function: 0x00, memory: 0x02 };

/** The bytes of the module. */
function encodeModule(module: CodeModule, placement: Placement): Uint8Array {
  const { imports, functions } = module;
  const scope = scopeOf(module, placement);
  const signatures = [
    ...imports.map(({ parameters, result }) => signature(parameters, result)),
    ...functions.map(({ parameters, result }) =>
      signature(
        parameters.map(({ type }) => type),
        result,
      ),
    ),
  ];
  const ownTypes = functions.map((_, index) => unsigned(imports.length + index));
  const memory = [...name("memory"), ...name("memory"), kinds.memory, ...limits(placement)];
  const imported = imports.map((one, index) => [
    ...[...name("imports"), ...name(one.name)],
    ...[kinds.function, ...unsigned(index)],
  ]);
  const exported = module.exports.map((one) => [
    ...[...name(one), kinds.function],
    ...unsigned(scope.functions.get(one)?.index ?? 0),
  ]);
  return new Uint8Array([
    ...header,
    ...section(sections.type, vector(signatures)),
    ...section(sections.import, vector([memory, ...imported])),
    ...section(sections.function, vector(ownTypes)),
    ...section(sections.export, vector(exported)),
    ...section(sections.code, vector(functions.map((one) => encodeFunction(scope, one)))),
  ]);
}

function scopeOf({ imports, functions, regions, exports }: CodeModule, at: Placement): ModuleScope {
  const numbered = [...imports, ...functions].map(({ name, result }, index) => {
    return [name, { index, ...(result !== undefined && { result }) }] as const;
  });
  const placed = regions.map((region) => {
    const offset = at.offsets.get(region.name);
    assert(offset !== undefined, `region ${region.name} has a place`);
    return [region.name, { ...region, offset }] as const;
  });
  const scope = { functions: new Map(numbered), regions: new Map(placed) };
  assert(scope.functions.size === numbered.length, "no two functions have one name");
  assert(scope.regions.size === placed.length, "no two regions have one name");
  assert(
    exports.every((name) => scope.functions.has(name)),
    "every exported function exists",
  );
  return scope;
}

function signature(parameters: readonly CodeType[], result: CodeType | undefined): number[] {
  const results = result === undefined ? [] : [valueType[result]];
  return [0x60, ...prefixed(parameters.map((type) => valueType[type])), ...prefixed(results)];
}

const limits = ({ pagesMax, shared }: Placement): number[] => [
  ...[shared ? 0x03 : 0x01, ...unsigned(0)],
  ...unsigned(pagesMax),
];
