/**
 * A thread's body under recording: the kernel as that thread sees it. Authors know it as `t`.
 *
 * Every method records statements; nothing runs. Native functions and loops are macros. This file has the control flow,
 * memory and locals; the kernel's routines are added by `routines.ts`, from the registry.
 */
import { constant, type Expression, lessThan, plus } from "../ir/expression.ts";
import type { Span } from "../ir/span.ts";
import type { Type } from "../ir/type.ts";
import {
  compareExchange,
  exchange,
  type MemoryPlace,
  modify,
  read,
  sameAddress,
  write,
} from "../kernel/memory.ts";
import type { Routine } from "../kernel/routine.ts";
import type { Statement } from "../lower/statement.ts";
import { Local, lowest, RecordedBody } from "./body.ts";
import { type Memory, placeOf } from "./memory.ts";
import { RecordingError } from "./recording.ts";
import type { Result } from "./result.ts";
import { expressionOf, type Operand, Value } from "./value.ts";

/** Bodies of a choice, by label. */
export type Alternatives = Readonly<Record<string, () => void>>;

export class ThreadBody extends RecordedBody {
  private failed: Local | undefined;

  // --- Locals and memory -------------------------------------------------------------------------------------------

  /** A new local, set to `initial` here. */
  local(name: string, type: Type, initial: Operand = 0): Local {
    const local = this.newLocal(name, type, false);
    this.assign(local, initial);
    return local;
  }

  /** Assigns to a local or to plain memory. Each read of memory on the right is a step, and so is the write. */
  assign(target: Local | Memory, value: Operand): void {
    const source = this.called();
    this.evaluated([value], source, ([result = constant(0)]) => {
      if (target instanceof Local) this.set(target, result);
      else this.store_(target, result, source, !target.variable.atomic);
    });
  }

  /** Reads atomic memory. */
  load(place: Memory): Value {
    const source = this.called();
    return this.memoryCall("load", place, source, (at) => read("load", at, !place.variable.atomic));
  }

  /** Writes atomic memory. */
  store(place: Memory, value: Operand): void {
    const source = this.called();
    this.evaluated([value], source, ([stored = constant(0)]) =>
      this.store_(place, stored, source, !place.variable.atomic),
    );
  }

  /** Replaces what is in atomic memory and returns it. */
  swap(place: Memory, value: Operand, name = "swap"): Value {
    const source = this.called();
    return this.withOperand(value, source, (operand) =>
      this.memoryCall(name, place, source, (at) => exchange(name, at, operand)),
    );
  }

  /** Stores `value` if the memory equals `expected`; returns what was there. Pointers compare by address. */
  compareExchange(
    place: Memory,
    expected: Operand,
    value: Operand,
    name = "compare_exchange",
  ): Value {
    const source = this.called();
    const { type } = place;
    const addresses = type.kind === "reference" ? this.model.comparesAddresses(type.to) : undefined;
    return this.evaluated([expected, value], source, ([old = constant(0), next = constant(0)]) =>
      this.memoryCall(name, place, source, (at) =>
        compareExchange(name, at, { expected: old, value: next, same: sameAddress(addresses?.()) }),
      ),
    );
  }

  /** Adds to atomic memory and returns what was there. */
  fetchAdd(place: Memory, amount: Operand): Value {
    return this.modified("fetch_add", place, { operator: "+", operand: amount, returns: "old" });
  }

  /** Subtracts from atomic memory and returns what was there. */
  fetchSub(place: Memory, amount: Operand): Value {
    return this.modified("fetch_sub", place, { operator: "-", operand: amount, returns: "old" });
  }

  InterlockedIncrement(place: Memory): Value {
    return this.modified("InterlockedIncrement", place, {
      operator: "+",
      operand: 1,
      returns: "new",
    });
  }

  InterlockedDecrement(place: Memory): Value {
    return this.modified("InterlockedDecrement", place, {
      operator: "-",
      operand: 1,
      returns: "new",
    });
  }

  InterlockedExchangeAdd(place: Memory, amount: Operand): Value {
    return this.modified("InterlockedExchangeAdd", place, {
      operator: "+",
      operand: amount,
      returns: "old",
    });
  }

  InterlockedAnd(place: Memory, mask: Operand): Value {
    return this.modified("InterlockedAnd", place, { operator: "&", operand: mask, returns: "old" });
  }

  InterlockedOr(place: Memory, mask: Operand): Value {
    return this.modified("InterlockedOr", place, { operator: "|", operand: mask, returns: "old" });
  }

  InterlockedXor(place: Memory, mask: Operand): Value {
    return this.modified("InterlockedXor", place, { operator: "^", operand: mask, returns: "old" });
  }

  InterlockedExchange(place: Memory, value: Operand): Value {
    return this.swap(place, value, "InterlockedExchange");
  }

  InterlockedCompareExchange(place: Memory, value: Operand, expected: Operand): Value {
    return this.compareExchange(place, expected, value, "InterlockedCompareExchange");
  }

  InterlockedExchangePointer(place: Memory, value: Operand): Value {
    return this.swap(place, value, "InterlockedExchangePointer");
  }

  InterlockedCompareExchangePointer(place: Memory, value: Operand, expected: Operand): Value {
    return this.compareExchange(place, expected, value, "InterlockedCompareExchangePointer");
  }

  /** Reads what is printed, and uses it for nothing. */
  print(...values: readonly Operand[]): void {
    this.evaluated(values, this.called(), () => undefined);
  }

  // --- Control flow ------------------------------------------------------------------------------------------------

  if(condition: Operand, then: () => void, otherwise: () => void = () => undefined): void {
    this.branch(condition, this.called(), then, otherwise);
  }

  unless(condition: Operand, then: () => void): void {
    this.branch(condition, this.called(), () => undefined, then);
  }

  /** Repeats the body while the condition holds; memory in the condition is read each time. */
  while(condition: Operand, body: () => void): void {
    const source = this.called();
    this.repeatedly((leave) => this.branch(condition, source, body, () => this.leave(leave)));
  }

  /** Repeats the body for ever, or until `break`. */
  loop(body: () => void): void {
    this.called();
    this.repeatedly(() => body());
  }

  /** Runs the body `count` times. The loop stays a loop; the body sees the number of the pass, from 0. */
  repeat(count: number, body: (pass: Local) => void): void {
    this.called();
    if (count < 1) return;
    const pass = this.newLocal("pass", { kind: "range", min: 0, max: count }, true);
    this.set(pass, constant(0));
    this.repeatedly((leave, again) => {
      this.push({
        kind: "if",
        condition: lessThan(pass.expression, constant(count)),
        then: this.collected(() => {
          this.scope(again, () => body(pass));
          this.set(pass, plus(pass.expression, constant(1)));
        }),
        otherwise: this.collected(() => {
          this.set(pass, constant(0));
          this.leave(leave);
        }),
      });
    });
  }

  /** The body once for each number from 0, recorded again each time: for what must differ, like thread creation. */
  repeatUnrolled<T>(count: number, body: (pass: number) => T): readonly T[] {
    return Array.from({ length: count }, (_, pass) => body(pass));
  }

  /** Leaves the innermost loop. */
  break(): void {
    this.leave(this.innermostLoop().leave);
  }

  /** Goes on with the next pass of the innermost loop. */
  continue(): void {
    this.leave(this.innermostLoop().again);
  }

  /** Leaves the routine that is running: the thread's, DriverEntry or Unload. */
  return(): void {
    this.called();
    this.leave(this.functions.at(-1) ?? "thread");
  }

  /** DriverEntry fails here: Unload does not run, and what was made must have been undone. */
  fail(): void {
    this.called();
    this.failed ??= this.newLocal("DriverEntry failed", { kind: "boolean" }, true);
    this.set(this.failed, constant(1));
    this.return();
  }

  /** Set once DriverEntry has failed; nothing if it never does. */
  entryFailed(): Local | undefined {
    return this.failed;
  }

  /** One of the bodies, whichever: a choice that nothing in the model decides. */
  choose(alternatives: Alternatives | readonly (() => void)[]): void {
    this.called();
    const labelled = Object.entries(alternatives);
    this.push({
      kind: "choose",
      arms: labelled.map(([label, body]) => ({
        label: `choice ${label}`,
        body: this.collected(body),
      })),
    });
  }

  /** The whole body as one step: nothing else happens in between, and nothing is observed. */
  atomically(body: () => void, label = "atomically"): void {
    const source = this.called();
    this.push({ kind: "atomically", label, body: this.collected(body), ...(source && { source }) });
  }

  // --- Results -----------------------------------------------------------------------------------------------------

  /** The value of an Ok; an Err is a panic. No guard is dropped then. */
  unwrap<T>(result: Result<T>): T {
    result.fallible.unwrapped(this.called());
    return result.value;
  }

  /** One of the bodies, as the result is Ok or an Err. */
  match<T>(
    result: Result<T>,
    { ok, err = () => undefined }: { readonly ok: (value: T) => void; readonly err?: () => void },
  ): void {
    this.branch(result.isOk, this.called(), () => ok(result.value), err);
  }

  // --- Ends --------------------------------------------------------------------------------------------------------

  /** The driver panics here: no unwinding, locks stay held, the system stops. */
  panic(message: string): void {
    this.violate("panic", `panic: ${message}`, this.called());
  }

  /** Panics unless the condition holds. */
  assert(condition: Operand, message: string): void {
    const source = this.called();
    this.branch(
      condition,
      source,
      () => undefined,
      () => this.violate("panic", `assertion failed: ${message}`, source),
    );
  }

  /** Ends this thread, wherever it is. Destructors do not run. IRQL: PASSIVE_LEVEL. */
  PsTerminateSystemThread(): void {
    this.called();
    this.leave("thread");
  }

  private withOperand<T>(
    operand: Operand,
    source: Span | undefined,
    use: (value: Expression) => T,
  ): T {
    return this.evaluated([operand], source, ([value = constant(0)]) => use(value));
  }

  private store_(place: Memory, value: Expression, source: Span | undefined, plain: boolean): void {
    this.evaluated([new Value(place.index, place.type)], source, ([index = constant(0)]) => {
      const routine = write("store", placeOf(place.variable, index), value, plain);
      this.call(routine, {
        label: `${plain ? "write" : "store"} ${place.variable.display}`,
        source,
      });
    });
  }

  private memoryCall(
    name: string,
    place: Memory,
    source: Span | undefined,
    build: (place: MemoryPlace) => Routine,
  ): Value {
    return this.evaluated([new Value(place.index, place.type)], source, ([index = constant(0)]) => {
      const routine = build(placeOf(place.variable, index));
      const { value } = this.call(routine, { label: `${name}(${place.variable.display})`, source });
      return value as Value;
    });
  }

  private modified(
    name: string,
    place: Memory,
    change: {
      readonly operator: "+" | "-" | "&" | "|" | "^";
      readonly operand: Operand;
      readonly returns: "old" | "new";
    },
  ): Value {
    const source = this.called();
    return this.withOperand(change.operand, source, (operand) =>
      this.memoryCall(name, place, source, (at) => modify(name, at, { ...change, operand })),
    );
  }

  private branch(
    condition: Operand,
    source: Span | undefined,
    then: () => void,
    otherwise: () => void,
  ): void {
    const taken: Local[] = [];
    if (condition instanceof Value) condition.tested();
    const tested = this.withReads(expressionOf(condition), source, taken);
    const arm = (body: () => void): readonly Statement[] =>
      this.collected(() => {
        for (const local of taken) this.set(local, constant(lowest(local.type)));
        body();
      });
    this.push({ kind: "if", condition: tested, then: arm(then), otherwise: arm(otherwise) });
  }

  private repeatedly(body: (leave: string, again: string) => void): void {
    const loop = { leave: this.label("loop"), again: this.label("pass") };
    this.loops.push(loop);
    this.scope(loop.leave, () => {
      this.push({
        kind: "loop",
        body: this.collected(() => this.scope(loop.again, () => body(loop.leave, loop.again))),
      });
    });
    this.loops.pop();
  }

  private innermostLoop(): { readonly leave: string; readonly again: string } {
    const source = this.called();
    const loop = this.loops.at(-1);
    if (loop) return loop;
    throw new RecordingError(
      "not-in-a-loop",
      "break and continue belong into a loop",
      source,
      "use t.return to leave the routine",
    );
  }
}
