/**
 * Creating system threads.
 *
 * Page: PsCreateSystemThread (wdm.h). A thread object has one handle, made with it; its slot is the creation site's.
 */
import { constant, differs, type Expression, equals } from "../ir/expression.ts";
import { HANDLE, HANDLE_PREFIX, HANDLE_STATE } from "./handle.ts";
import { set, viewOf } from "./object-kind.ts";
import { type Call, routine } from "./routine.ts";
import { statusType, statusValue } from "./status.ts";
import { THREAD_STATE, threadAt } from "./thread.ts";

const childOf = (call: Call): Expression => call.values.child ?? constant(0);

/**
 * Makes a thread of the system process and a handle to it; the thread may run before the call returns.
 *
 * IRQL      PASSIVE_LEVEL.
 * Blocks    never.
 * Effect    the thread is started and its handle open; a failing call makes neither.
 * Misuse    none beside the IRQL.
 * Left out  object attributes, client id; a site that creates a second thread is a bound of the model.
 */
export const PsCreateSystemThread = routine({
  name: "PsCreateSystemThread",
  fallible: true,
  page: "wdm/nf-wdm-pscreatesystemthread",
  takes: [],
  values: ["child"],
  results: { handle: { kind: "reference", to: "handle", slots: 0 }, status: statusType },
  irql: () => ({ atMost: "PASSIVE_LEVEL" }),
  outcomes: (call) => {
    const child = childOf(call);
    const thread = threadAt(child);
    return [
      {
        returns: "STATUS_SUCCESS",
        when: [equals(thread.state, constant(THREAD_STATE.never))],
        effect: [
          set(thread.state, constant(THREAD_STATE.running)),
          set(viewOf(HANDLE, HANDLE_PREFIX, child).state, constant(HANDLE_STATE.open)),
        ],
        starts: [{ thread: child, arguments: [] }],
        results: { handle: child, status: constant(statusValue("STATUS_SUCCESS")) },
      },
      {
        when: [differs(thread.state, constant(THREAD_STATE.never))],
        effect: [],
        limit: "one thread for each place that creates threads",
      },
      {
        returns: "STATUS_INSUFFICIENT_RESOURCES",
        when: [],
        effect: [],
        results: {
          handle: constant(0),
          status: constant(statusValue("STATUS_INSUFFICIENT_RESOURCES")),
        },
        fault: "thread-creation",
      },
    ];
  },
});
