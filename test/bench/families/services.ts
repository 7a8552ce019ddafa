/** Services that wait for requests for ever, and clients that ask one after the other, for ever. */
import { KEVENT, KMUTEX, minus, model, SynchronizationEvent, upTo } from "kecheck";
import { type Family, programOf } from "./family.ts";

const SERVICES = 3;

export const services: Family = {
  name: "services",
  story: `N clients ask ${SERVICES} services in turn, each service through a mutex and two events`,
  tiny: 1,
  sizes: [4, 5, 6],
  growing: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  program: (size) => programOf(server(size)),
};

const server = (clients: number) =>
  model(`${clients} clients`, (m) => {
    const type = SynchronizationEvent;
    const offered = Array.from({ length: SERVICES }, (_, index) => ({
      port: m.object(`port ${index}`, KMUTEX),
      request: m.object(`request ${index}`, KEVENT, { type }),
      reply: m.object(`reply ${index}`, KEVENT, { type }),
    }));
    const parity = m.array("parity", upTo(1), SERVICES);
    for (const [index, { request, reply }] of offered.entries()) {
      const service = m.thread(`service ${index}`, (t) => {
        t.loop(() => {
          t.KeWaitForSingleObject(request);
          t.assign(parity.at(index), minus(1, parity.at(index)));
          t.KeSetEvent(reply);
        });
      });
      m.start(service, { mayWaitForEver: true });
    }
    for (let number = 0; number < clients; number += 1) {
      const turn = number % SERVICES;
      const client = m.thread(`client ${number}`, (t) => {
        t.loop(() => {
          for (const { port, request, reply } of [
            ...offered.slice(turn),
            ...offered.slice(0, turn),
          ]) {
            t.KeWaitForSingleObject(port);
            t.KeSetEvent(request);
            t.KeWaitForSingleObject(reply);
            t.KeReleaseMutex(port);
          }
        });
      });
      m.start(client);
    }
  });
