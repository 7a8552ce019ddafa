/** What we use of the host's WebAssembly interface, which the types of Node and of the language leave to browsers. */

/** A compiled module; there is nothing in it to look at. */
export type CompiledModule = object;

export interface HostMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** Makes the memory larger by so many pages; throws if the host has no room. */
  readonly grow: (pages: number) => number;
}

export type CodeExport = (...parameters: number[]) => number;
// biome-ignore lint/suspicious/noConfusingVoidType: an import for its effect returns nothing.
export type CodeImport = (...parameters: number[]) => number | void;

export interface Host {
  readonly Module: new (bytes: Uint8Array) => CompiledModule;
  readonly Instance: new (
    module: CompiledModule,
    imports: {
      readonly memory: { readonly memory: HostMemory };
      readonly imports: Readonly<Record<string, CodeImport>>;
    },
  ) => { readonly exports: Readonly<Record<string, CodeExport>> };
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => HostMemory;
}

export const host: Host = (globalThis as unknown as { readonly WebAssembly: Host }).WebAssembly;
