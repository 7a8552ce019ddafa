/** Tokens go round a ring of stations for ever: semaphores hand them on, events are set and polled on the way. */
import { KEVENT, KSEMAPHORE, model, SynchronizationEvent } from "kecheck";
import { type Family, programOf } from "./family.ts";

const TOKENS = 3;

export const signals: Family = {
  name: "signals",
  story: `N stations pass ${TOKENS} tokens by semaphores, and poll each other's events`,
  tiny: 2,
  sizes: [6, 7, 8],
  growing: [2, 3, 4, 5, 6, 7, 8, 9],
  program: (size) => programOf(ring(size)),
};

const ring = (size: number) =>
  model(`${size} stations`, (m) => {
    const stations = Array.from({ length: size }, (_, index) => ({
      tokens: m.object(`tokens ${index}`, KSEMAPHORE, {
        count: index === 0 ? TOKENS : 0,
        limit: TOKENS,
      }),
      passed: m.object(`passed ${index}`, KEVENT, { type: SynchronizationEvent }),
    }));
    for (const [index, here] of stations.entries()) {
      const next = stations[(index + 1) % size] ?? here;
      const station = m.thread(`station ${index}`, (t) => {
        t.loop(() => {
          t.KeWaitForSingleObject(here.tokens);
          t.KeSetEvent(here.passed);
          t.KeReleaseSemaphore(next.tokens, 1);
          t.KeWaitForSingleObject(next.passed, { timeout: "zero" });
        });
      });
      m.start(station);
    }
  });
