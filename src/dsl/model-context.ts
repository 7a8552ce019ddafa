/** What the recording of a body asks of the model around it. */
import type { IgnoredResults } from "./ignored.ts";
import type { MemoryVariable } from "./memory.ts";

export interface ModelContext {
  /** Calls whose results should be tested. */
  readonly ignored: IgnoredResults;
  /** Slots of an allocation inside a loop. */
  readonly slotsInLoops: number;
  /** The memory variable of this name, if it is one: kernel objects are not memory. */
  memory(name: string): MemoryVariable | undefined;
  /** Notes that some call makes the objects of this prefix unsignaled again. */
  revoke(prefix: string): void;
  /** Makes blocks of a storage have addresses, since the program compares pointers to them. */
  comparesAddresses(storage: string): () => string | undefined;
}
