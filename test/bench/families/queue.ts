/** Producers and consumers share a ring buffer: two semaphores count its cells, a mutex guards it. It ends. */
import { differs, equals, KMUTEX, KSEMAPHORE, model, plus, remainder, upTo } from "kecheck";
import { type Family, programOf } from "./family.ts";

const CELLS = 2;
const SIDE = 2;

export const queue: Family = {
  name: "queue",
  story: `${SIDE} producers put N items each into ${CELLS} cells, ${SIDE} consumers take them`,
  tiny: 1,
  sizes: [8, 16, 32],
  growing: [1, 2, 4, 8, 12, 16, 24, 32, 48, 64],
  program: (size) => programOf(buffer(size)),
};

const buffer = (items: number) =>
  model(`${items} items from each producer`, (m) => {
    const free = m.object("free", KSEMAPHORE, { count: CELLS, limit: CELLS });
    const full = m.object("full", KSEMAPHORE, { count: 0, limit: CELLS });
    const mutex = m.object("mutex", KMUTEX);
    const cells = m.array("cells", upTo(SIDE), CELLS);
    const [first, last] = [m.shared("first", upTo(CELLS)), m.shared("last", upTo(CELLS))];
    const taken = m.shared("taken", upTo(SIDE * items));
    for (let number = 1; number <= SIDE; number += 1) {
      const producer = m.thread(`producer ${number}`, (t) => {
        t.repeat(items, () => {
          t.KeWaitForSingleObject(free);
          t.KeWaitForSingleObject(mutex);
          t.assign(cells.at(last), number);
          t.assign(last, remainder(plus(last, 1), CELLS));
          t.KeReleaseMutex(mutex);
          t.KeReleaseSemaphore(full, 1);
        });
      });
      m.start(producer);
    }
    const consumer = m.thread("consumer", (t) => {
      t.repeat(items, () => {
        t.KeWaitForSingleObject(full);
        t.KeWaitForSingleObject(mutex);
        t.assert(differs(cells.at(first), 0), "the cell is full");
        t.assign(cells.at(first), 0);
        t.assign(first, remainder(plus(first, 1), CELLS));
        t.assign(taken, plus(taken, 1));
        t.KeReleaseMutex(mutex);
        t.KeReleaseSemaphore(free, 1);
      });
    });
    for (let number = 1; number <= SIDE; number += 1) {
      m.start(consumer, { name: `consumer ${number}` });
    }
    m.atEnd("everything was taken", equals(taken, SIDE * items));
  });
