/**
 * The program of the post: system threads count up one number behind a KMutex that they find through a static
 * AtomicPtr. DriverEntry boxes the mutex, publishes the pointer, starts the threads and joins them; Unload takes the
 * pointer out and drops the Box.
 */
import {
  atMost,
  equals,
  holds,
  isNull,
  kmutex,
  LEVELS,
  model,
  not,
  nullPointer,
  plus,
  pointerTo,
  type Thread,
  upTo,
  type Value,
} from "kecheck";

export const expected = [
  holds({ THREADS: 1, ITERATIONS: 5 }),
  holds({ THREADS: 2, ITERATIONS: 3 }),
  holds({ THREADS: 3, ITERATIONS: 0 }),
  holds({ THREADS: 3, ITERATIONS: 1 }),
  // As the post has it: 3 threads, 1500 iterations each. Some 10^11 states, proved by reduction.
  holds(),
];

/** The post's join: reference the thread, close the handle, wait for its end, give the reference back. */
function join(t: Thread, handle: Value): void {
  t.unless(isNull(handle), () => {
    t.if(atMost(t.KeGetCurrentIrql(), LEVELS.APC_LEVEL), () => {
      const { object, status } = t.ObReferenceObjectByHandle(handle);
      t.ZwClose(handle);
      t.if(equals(status, 0), () => {
        t.KeWaitForSingleObject(object);
        t.ObfDereferenceObject(object);
      });
    });
  });
}

export default model("counter through a static AtomicPtr", (m) => {
  const threads = m.parameter("THREADS", { default: 3, from: 1, to: 8 });
  const iterations = m.parameter("ITERATIONS", { default: 1500, from: 0, to: 10_000 });
  const Counter = kmutex(m, "Counter", upTo(threads * iterations));
  const heapMutex = m.atomic("HEAP_MTX_PTR", pointerTo(Counter.box));
  const result = m.shared("result", upTo(threads * iterations));

  const callback = m.thread("callback_fn", (t) => {
    t.repeat(iterations, () => {
      const pointer = t.load(heapMutex);
      t.if(not(isNull(pointer)), () => {
        const guard = t.unwrap(Counter.lock(t, pointer));
        t.assign(guard.data, plus(guard.data, 1));
        t.print(guard.data);
        guard.drop(t);
      });
    });
  });

  m.driver({
    entry: (t) => {
      const mutex = t.unwrap(Counter.new(t, 0));
      t.store(heapMutex, Counter.boxed(t, mutex));
      const handles = t.repeatUnrolled(threads, () => t.PsCreateSystemThread(callback));
      for (const handle of handles) join(t, handle);
      const guard = t.unwrap(Counter.lock(t, mutex));
      t.assign(result, guard.data);
      guard.drop(t);
    },
    unload: (t) => Counter.dropBox(t, t.swap(heapMutex, nullPointer)),
  });

  m.atEnd("no increment is lost", equals(result, threads * iterations));
});
