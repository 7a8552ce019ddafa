/**
 * Readers and writers, for ever: the first reader in takes the room, the last one out gives it back, so it is a
 * semaphore, since another thread may give it back. (Courtois, Heymans and Parnas, "Concurrent control with readers and
 * writers", CACM 1971, problem 1.)
 */
import { equals, KMUTEX, KSEMAPHORE, minus, model, plus, upTo } from "kecheck";
import { type Family, programOf } from "./family.ts";

const WRITERS = 2;

export const readers: Family = {
  name: "readers",
  story: `N readers and ${WRITERS} writers`,
  tiny: 1,
  sizes: [7, 9, 11],
  growing: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
  program: (size) => programOf(room(size)),
};

const room = (size: number) =>
  model(`${size} readers, ${WRITERS} writers`, (m) => {
    const free = m.object("room", KSEMAPHORE, { count: 1, limit: 1 });
    const mutex = m.object("mutex", KMUTEX);
    const inside = m.shared("readers", upTo(size));
    const text = m.shared("text", upTo(1));
    const reader = m.thread("reader", (t) => {
      t.loop(() => {
        t.KeWaitForSingleObject(mutex);
        t.assign(inside, plus(inside, 1));
        t.if(equals(inside, 1), () => void t.KeWaitForSingleObject(free));
        t.KeReleaseMutex(mutex);
        t.print(text);
        t.KeWaitForSingleObject(mutex);
        t.assign(inside, minus(inside, 1));
        t.if(equals(inside, 0), () => void t.KeReleaseSemaphore(free, 1));
        t.KeReleaseMutex(mutex);
      });
    });
    const writer = m.thread("writer", (t) => {
      t.loop(() => {
        t.KeWaitForSingleObject(free);
        t.assign(text, minus(1, text));
        t.KeReleaseSemaphore(free, 1);
      });
    });
    for (let number = 1; number <= size; number += 1) m.start(reader, { name: `reader ${number}` });
    for (let number = 1; number <= WRITERS; number += 1) {
      m.start(writer, { name: `writer ${number}` });
    }
  });
