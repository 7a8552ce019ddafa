/**
 * Assertions: what can only be wrong in kecheck itself.
 *
 * Findings about the checked program are values (a verdict), and so are mistakes in a model
 * (diagnostics); neither is ever thrown, so neither belongs here.
 */

/** Thrown when kecheck contradicts itself; the command line asks for a report and exits with 4. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/**
 * Requires what must hold unless kecheck has a defect.
 *
 * The message says what was expected. It is built even when the condition holds, so hot loops pass
 * a constant.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

/** Ends a switch over every case of a union, and fails to compile once a case is forgotten. */
export function unreachable(value: never): never {
  throw new InternalError(`No case for ${JSON.stringify(value)}.`);
}
