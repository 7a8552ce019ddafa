/** Drivers: joins that are skipped or wait for the wrong thread, storage published or freed too early. */
import {
  equals,
  isNull,
  KMUTEX,
  LEVELS,
  type ModelBody,
  nullPointer,
  plus,
  pointerTo,
  type Thread,
  upTo,
} from "kecheck";
import { driver, join, type NearMiss } from "./near-miss.ts";

/** A counter behind a mutex, and the body of a worker that adds to it. */
function lockedCounter(m: ModelBody) {
  const x = m.shared("x", upTo(4));
  const mutex = m.object("mutex", KMUTEX);
  const body = (t: Thread): void => {
    t.KeWaitForSingleObject(mutex);
    t.assign(x, plus(x, 1));
    t.KeReleaseMutex(mutex);
  };
  return { x, mutex, body };
}

export const drivers: readonly NearMiss[] = [
  {
    name: "an increment without the mutex",
    condition: "future",
    program: () =>
      driver((m) => {
        const { x, body } = lockedCounter(m);
        const worker = m.thread("worker", body);
        m.main((t) => {
          const handles = [0, 1].map(() => t.PsCreateSystemThread(worker));
          t.assign(x, plus(x, 1));
          for (const handle of handles) join(t, handle);
        });
      }),
  },
  {
    name: "a read without the mutex",
    condition: "race-boundary",
    program: () =>
      driver((m) => {
        const { x, body } = lockedCounter(m);
        const worker = m.thread("worker", body);
        m.main((t) => {
          const handles = [0, 1].map(() => t.PsCreateSystemThread(worker));
          t.print(x);
          for (const handle of handles) join(t, handle);
        });
      }),
  },
  {
    name: "a join that is skipped at DISPATCH_LEVEL",
    condition: "interference",
    program: () =>
      driver((m) => {
        const { body } = lockedCounter(m);
        const worker = m.thread("worker", body);
        m.main((t) => {
          const handle = t.PsCreateSystemThread(worker);
          const { old } = t.KeRaiseIrql(LEVELS.DISPATCH_LEVEL);
          t.unless(equals(t.KeGetCurrentIrql(), LEVELS.DISPATCH_LEVEL), () => join(t, handle));
          t.KeLowerIrql(old);
        });
      }),
  },
  {
    name: "a join of one thread where the other one is meant",
    condition: "alone",
    program: () =>
      driver((m) => {
        const x = m.shared("x", upTo(4));
        const writer = m.thread("writer", (t) => {
          t.KeEnterCriticalRegion();
          t.assign(x, 1);
          t.KeLeaveCriticalRegion();
        });
        const idle = m.thread("idle", (t) => t.KeEnterCriticalRegion());
        m.main((t) => {
          const [one, other] = [t.PsCreateSystemThread(writer), t.PsCreateSystemThread(idle)];
          join(t, other);
          t.assign(x, 2);
          join(t, one);
        });
      }),
  },
  {
    name: "a block published before it is filled",
    condition: "race-boundary",
    program: () =>
      driver((m) => {
        const block = m.block("Block", { data: upTo(3) });
        const pointer = m.atomic("POINTER", pointerTo(block));
        const worker = m.thread("worker", (t) => {
          const found = t.load(pointer);
          t.unless(isNull(found), () => t.print(block.at(found).data));
        });
        m.main((t) => {
          const made = block.allocate(t);
          const handle = t.PsCreateSystemThread(worker);
          t.store(pointer, made);
          t.assign(block.at(made).data, 1);
          join(t, handle);
          block.free(t, made);
        });
      }),
  },
  {
    name: "a block freed before the join",
    condition: "right-movers",
    program: () =>
      driver((m) => {
        const block = m.block("Block", { data: upTo(3) });
        const pointer = m.atomic("POINTER", pointerTo(block));
        const worker = m.thread("worker", (t) => {
          const found = t.load(pointer);
          t.unless(isNull(found), () => t.assign(block.at(found).data, 1));
        });
        m.main((t) => {
          t.store(pointer, block.allocate(t));
          const handle = t.PsCreateSystemThread(worker);
          block.free(t, t.swap(pointer, nullPointer));
          join(t, handle);
        });
      }),
  },
  {
    name: "a lost increment that only the end shows",
    condition: "right-movers",
    program: () =>
      driver((m) => {
        const x = m.atomic("x", upTo(2));
        const worker = m.thread("worker", (t) => {
          const old = t.load(x);
          t.store(x, plus(old, 1));
        });
        m.main((t) => {
          const handles = [0, 1].map(() => t.PsCreateSystemThread(worker));
          for (const handle of handles) join(t, handle);
        });
        m.atEnd("both count", equals(x, 2));
      }),
  },
  {
    name: "a number that leaves its range in some order",
    condition: "values-last",
    program: () =>
      driver((m) => {
        const a = m.atomic("a", upTo(3));
        m.start(m.thread("raise", (t) => void t.compareExchange(a, 2, 3)));
        m.start(m.thread("reset", (t) => t.store(a, 2)));
        m.start(m.thread("grow", (t) => void t.fetchAdd(a, 1)));
      }),
  },
  {
    name: "a count that falls below none in some order",
    condition: "range",
    program: () =>
      driver((m) => {
        const count = m.atomic("count", upTo(2));
        m.start(m.thread("adder", (t) => void t.fetchAdd(count, 1)));
        m.start(
          m.thread("taker", (t) => {
            t.KeEnterCriticalRegion();
            t.fetchSub(count, 1);
            t.KeLeaveCriticalRegion();
          }),
        );
      }),
  },
  {
    name: "a violation behind a thread that never ends",
    condition: "proviso",
    program: () =>
      driver((m) => {
        const flag = m.atomic("flag", upTo(1));
        const mutex = m.object("mutex", KMUTEX);
        m.start(m.thread("spinner", (t) => t.loop(() => t.if(equals(flag, 1), () => t.break()))));
        m.start(
          m.thread("releaser", (t) => {
            t.KeEnterCriticalRegion();
            t.KeReleaseMutex(mutex);
          }),
        );
      }),
  },
];
