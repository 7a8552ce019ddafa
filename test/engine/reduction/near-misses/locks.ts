/** Locks: nested, recursive, in opposite orders, tried, and waited for with a limit. */
import { KEVENT, KMUTEX, NotificationEvent, equals as same, type Thread, upTo } from "kecheck";
import { cell, constant, equals, not, self } from "../../../../src/ir/expression.ts";
import {
  acquire,
  at,
  buildProgram,
  type LocationSketch,
  lock,
  property,
  range,
  release,
  set,
  skip,
  type ThreadSketch,
  thread,
  threads,
  variable,
} from "../../../semantics/build-program.ts";
import { driver, is, more, type NearMiss, panic, waitFor, write } from "./near-miss.ts";

const variables = [
  lock("A"),
  lock("B"),
  lock("G"),
  variable("x", range(0, 3)),
  variable("y", range(0, 3)),
];

const locked = (...sketches: readonly ThreadSketch[]) =>
  buildProgram({ variables, threads: sketches });

/** Takes the locks one inside the other. */
function nested(names: readonly string[], body: readonly LocationSketch[] = []): LocationSketch[] {
  return [
    ...names.map((name) => acquire(name)),
    ...body,
    ...[...names].reverse().map((name) => release(name)),
  ];
}

/** Takes the lock, or does something else where it is taken. */
const tries = (name: string, step: Parameters<typeof at>[1] & object): LocationSketch =>
  at(`try ${name}`, [
    { guards: [is(name, 0)], updates: [set(name, self)] },
    { guards: [not(is(name, 0))], to: "ended", ...step },
  ]);

export const locks: readonly NearMiss[] = [
  {
    name: "two locks taken in opposite orders",
    condition: "may-block",
    program: () => locked(thread("ab", nested(["A", "B"])), thread("ba", nested(["B", "A"]))),
  },
  {
    name: "three locks taken in a circle",
    condition: "may-block",
    program: () =>
      locked(
        thread("ab", nested(["A", "B"])),
        thread("bg", nested(["B", "G"])),
        thread("ga", nested(["G", "A"])),
      ),
  },
  {
    name: "opposite orders behind a gate that one thread forgets",
    condition: "may-block",
    program: () =>
      locked(thread("gated", nested(["G", "A", "B"])), thread("open", nested(["B", "A"]))),
  },
  {
    name: "opposite orders of mutexes of the kernel",
    condition: "may-block",
    program: () =>
      driver((m) => {
        const [a, b] = m.objectArray("lock", KMUTEX, 2);
        if (!a || !b) return;
        const takes = (one: typeof a, other: typeof a) => (t: Thread) => {
          t.KeWaitForSingleObject(one);
          t.KeWaitForSingleObject(other);
          t.KeReleaseMutex(other);
          t.KeReleaseMutex(one);
        };
        m.start(m.thread("ab", takes(a, b)));
        m.start(m.thread("ba", takes(b, a)));
      }),
  },
  {
    name: "a wait for a number that takes many values, but not that one",
    condition: "may-block",
    program: () =>
      buildProgram({
        variables: [variable("x", range(0, 9))],
        threads: [
          thread("waits", [skip("before"), waitFor("wait", is("x", 9))]),
          thread(
            "counts",
            [1, 2, 3, 4, 5, 6].map((turn) => write(`turn ${turn}`, "x", more("x"))),
          ),
        ],
      }),
  },
  {
    name: "opposite orders, where each lock seems free to who does not look at the others",
    condition: "interference",
    program: () => locked(thread("ab", nested(["A", "B"])), thread("ba", nested(["B", "A"]))),
  },
  {
    name: "a mutex taken twice and released once",
    condition: "interference",
    program: () =>
      driver((m) => {
        const mutex = m.object("mutex", KMUTEX);
        const event = m.object("event", KEVENT, { type: NotificationEvent });
        m.start(
          m.thread("keeps", (t) => {
            t.KeWaitForSingleObject(mutex);
            t.KeWaitForSingleObject(mutex);
            t.KeReleaseMutex(mutex);
            t.KeWaitForSingleObject(event);
            t.KeReleaseMutex(mutex);
          }),
        );
        m.start(
          m.thread("sets", (t) => {
            t.KeWaitForSingleObject(mutex);
            t.KeSetEvent(event);
            t.KeReleaseMutex(mutex);
          }),
        );
      }),
  },
  {
    name: "a try-acquire that sees a lock taken that guards nothing",
    condition: "same-guards",
    program: () =>
      locked(
        thread("tries", [tries("A", { fatal: panic("taken") }), release("A")]),
        thread("holds", nested(["A"])),
      ),
  },
  {
    name: "a wait that may time out while the lock is taken",
    condition: "right-movers",
    program: () =>
      driver((m) => {
        const mutex = m.object("mutex", KMUTEX);
        const late = m.shared("late", upTo(1));
        m.start(
          m.thread("holder", (t) => {
            t.KeWaitForSingleObject(mutex);
            t.KeReleaseMutex(mutex);
          }),
        );
        m.start(
          m.thread("waiter", (t) => {
            const status = t.KeWaitForSingleObject(mutex, { timeout: "zero" });
            t.if(
              same(status, 0),
              () => t.KeReleaseMutex(mutex),
              () => t.assign(late, 1),
            );
          }),
        );
        m.atEnd("never late", same(late, 0));
      }),
  },
  {
    name: "a lock released between a read and a write under it",
    condition: "left-movers",
    program: () =>
      buildProgram({
        variables,
        threads: [
          threads(
            ["one", "two"],
            [
              ...nested(["A"], [at("read", { updates: [set("y", more("x"))] })]),
              write("write", "x", cell("y")),
            ],
          ),
        ],
        properties: [property("atEnd", "both count", equals(cell("x"), constant(2)))],
      }),
  },
];
