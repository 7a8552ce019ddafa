/**
 * The Bluetooth driver's stop, repaired: requests count themselves before they look whether the driver is stopping, and
 * the last one to leave lets it stop. (Qadeer and Wu, "KISS: keep it simple and sequential", PLDI 2004, section 6.)
 */
import { boolean, equals, KEVENT, model, not, type Thread, upTo } from "kecheck";
import { type Family, programOf } from "./family.ts";

export const stop: Family = {
  name: "stop",
  story: "N requests enter and leave a driver while it is stopped",
  tiny: 1,
  sizes: [3, 4, 5],
  growing: [1, 2, 3, 4, 5, 6, 7, 8],
  program: (size) => programOf(driver(size)),
};

const driver = (requests: number) =>
  model(`${requests} requests and a stop`, (m) => {
    const pending = m.atomic("pendingIo", upTo(requests + 1), 1);
    const stopping = m.atomic("stoppingFlag", boolean);
    const stopped = m.atomic("stopped", boolean);
    const mayStop = m.object("stoppingEvent", KEVENT);
    const leave = (t: Thread) =>
      t.if(equals(t.InterlockedDecrement(pending), 0), () => {
        t.KeSetEvent(mayStop);
      });

    const request = m.thread("request", (t) => {
      t.InterlockedIncrement(pending);
      t.unless(t.load(stopping), () => {
        t.assert(not(t.load(stopped)), "the driver still runs");
      });
      leave(t);
    });
    const stopper = m.thread("stop", (t) => {
      t.store(stopping, true);
      leave(t);
      t.KeWaitForSingleObject(mayStop);
      t.store(stopped, true);
    });
    for (let number = 1; number <= requests; number += 1) {
      m.start(request, { name: `request ${number}` });
    }
    m.start(stopper);
  });
