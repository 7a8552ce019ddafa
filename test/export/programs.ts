/** Programs that together use everything a Program can, small enough to explore in a moment. */
import {
  and,
  binary,
  cell,
  conditional,
  constant,
  differs,
  equals,
  lessThan,
  local,
  minus,
  not,
  own,
  plus,
  referenced,
  self,
  times,
} from "../../src/ir/expression.ts";
import { ENDED, type Program } from "../../src/ir/program.ts";
import {
  acquire,
  at,
  boolean,
  buildProgram,
  increment,
  localVariable,
  lock,
  property,
  range,
  reference,
  release,
  set,
  setLocal,
  skip,
  start,
  thread,
  threads,
  variable,
  violation,
  wrapping,
} from "../semantics/build-program.ts";

const one = constant(1);
const seen = localVariable("seen", range(0, 9));

const racing = buildProgram({
  variables: [variable("x", range(0, 9))],
  threads: [threads(["a", "b"], increment("x"), { locals: [seen] })],
  properties: [
    property("atEnd", "sum", equals(cell("x"), constant(2))),
    property("invariant", "small", lessThan(cell("x"), constant(2))),
  ],
});

const locked = buildProgram({
  variables: [variable("x", range(0, 9)), lock("m")],
  threads: [
    threads(["a", "b", "c"], [acquire("m"), ...increment("x"), release("m")], { locals: [seen] }),
  ],
  properties: [property("atEnd", "sum", equals(cell("x"), constant(3)))],
});

const crossed = buildProgram({
  variables: [lock("m"), lock("n")],
  threads: [
    thread("a", [acquire("m"), acquire("n"), release("n"), release("m")]),
    thread("b", [acquire("n"), acquire("m"), release("m"), release("n")]),
    thread("idle", [at("wait", { guards: [equals(cell("m"), constant(9))] })], {
      mayWaitForEver: true,
    }),
  ],
});

const served = buildProgram({
  variables: [variable("request", boolean)],
  threads: [
    thread(
      "service",
      [at("wait", { guards: [cell("request")], updates: [set("request", 0)], to: "wait" })],
      { mayWaitForEver: true },
    ),
    thread("client", [at("ask", { updates: [set("request", 1)] })]),
  ],
});

const restarted = buildProgram({
  variables: [
    variable("sum", wrapping(8, false)),
    variable("runs", range(0, 3)),
    variable("busy", boolean),
  ],
  threads: [
    thread(
      "main",
      [
        at("start", [
          {
            to: "start",
            guards: [lessThan(cell("runs"), constant(3)), not(cell("busy"))],
            updates: [
              set("busy", 1),
              set("runs", plus(cell("runs"), one)),
              setLocal("due", plus(local("due"), constant(100))),
            ],
            starts: [
              start(2, {
                given: plus(cell("runs"), constant(99)),
                twice: times(self, local("due")),
              }),
            ],
          },
          { guards: [equals(cell("runs"), constant(3))] },
        ]),
      ],
      { locals: [localVariable("due", wrapping(8, false))] },
    ),
    thread(
      "work",
      [
        at("add", { updates: [set("sum", plus(cell("sum"), constant(100)))] }),
        at("clear", { updates: [setLocal("given", 0), set("busy", 0)] }),
      ],
      {
        start: "created",
        locals: [
          localVariable("given", range(0, 101), 7),
          localVariable("twice", wrapping(8, true)),
        ],
      },
    ),
  ],
});

/** Which thread starts is computed, and so are its arguments, from what the step itself changes. */
const chosen = buildProgram({
  variables: [variable("next", range(0, 9), { initial: [2] })],
  threads: [
    thread("main", [
      at("first", {
        updates: [set("next", plus(cell("next"), one))],
        starts: [start(cell("next"), { given: cell("next") })],
      }),
      at("second", {
        updates: [set("next", 0)],
        starts: [start(cell("next"), { given: plus(cell("next"), one) })],
      }),
    ]),
    thread("b", [skip("b1"), skip("b2")], {
      start: "created",
      locals: [localVariable("given", range(0, 9))],
    }),
    thread("c", [skip("c1")], { start: "created", locals: [localVariable("given", range(0, 3))] }),
  ],
});

/** Every operator on every machine integer, with values that wrap, divide by zero and have all signs. */
const arithmetic = buildProgram({
  variables: [
    ...([8, 16, 32] as const).flatMap((bits) =>
      [false, true].map((signed) =>
        variable(`${signed ? "i" : "u"}${bits}`, wrapping(bits, signed)),
      ),
    ),
    variable("huge", range(0, 2 ** 40), { initial: [2 ** 39 + 1] }),
    variable("mixed", wrapping(32, true), { initial: [-(2 ** 31), 5, -1] }),
    variable("same", wrapping(16, true), { initial: [-7, -7] }),
    variable("pick", range(0, 3)),
  ],
  threads: [
    thread("stir", [
      at(
        "stir",
        (["+", "-", "*", "/", "%", "&", "|", "^"] as const).flatMap((operator, number) =>
          ["u8", "i8", "u16", "i16", "u32", "i32"].map((name, index) => ({
            to: "stir",
            outcome: `${name} ${operator}`,
            guards: [
              equals(binary("%", plus(cell("pick"), constant(number)), constant(3)), constant(0)),
              lessThan(cell("pick"), constant(3)),
            ],
            updates: [
              set("pick", plus(cell("pick"), one)),
              set(
                name,
                binary(operator, minus(cell(name), constant(77 * (index + 1))), cell("same", 1)),
              ),
              set(
                "same",
                minus(cell("i16"), cell("mixed", 1)),
                binary("%", cell("pick"), constant(2)),
              ),
              set("mixed", binary(operator, cell("mixed", 2), cell("u32")), one),
              set("huge", binary("&", plus(cell("huge"), cell("u32")), constant(2 ** 40 - 1))),
            ],
          })),
        ),
      ),
    ]),
  ],
});

const stopping = buildProgram({
  variables: [variable("x", range(0, 2)), variable("p", reference("Block", 2))],
  threads: [
    thread("a", [at("grow", { updates: [set("x", plus(cell("x"), cell("x")))], to: "grow" })]),
    thread("b", [
      at("use", [
        { guards: [equals(cell("p"), constant(0))], fatal: violation("null-dereference") },
        { guards: [differs(cell("p"), constant(0))] },
      ]),
      at("allocate", [{ guards: [not(cell("x"))], limit: "blocks" }, { guards: [cell("x")] }]),
    ]),
    thread("c", [
      at("set", {
        updates: [set("p", 2), set("x", one)],
        checks: [{ ...violation("irql-too-high"), when: equals(cell("x"), constant(0)) }],
      }),
    ]),
  ],
});

const swapped = buildProgram({
  variables: [
    variable("a", range(-3, 300), { initial: [-3, 1, 260], first: 1 }),
    variable("i", range(1, 3), { initial: [1] }),
  ],
  threads: [
    threads(
      ["s", "t"],
      [
        at("swap", {
          updates: [
            set("a", cell("a", plus(binary("%", cell("i"), constant(3)), one)), cell("i")),
            set("a", cell("a", cell("i")), plus(binary("%", cell("i"), constant(3)), one)),
            set("i", plus(binary("%", plus(cell("i"), own("by")), constant(3)), one)),
          ],
          to: "swap",
        }),
      ],
      { constants: { by: 1 } },
    ),
  ],
});

const level = cell("level", self);
const raised = buildProgram({
  variables: [
    variable("level", range(0, 3), { first: 1, initial: [0, 2, 3, 0], tags: { level: true } }),
    variable("x", range(0, 9)),
  ],
  threads: [
    thread(
      "passive",
      [
        at("raise", { updates: [set("level", 2, self)] }),
        ...increment("x"),
        at("lower", { updates: [set("level", 0, self)] }),
      ],
      { locals: [seen], level, processor: 0 },
    ),
    threads(["dpc", "isr"], increment("x"), { locals: [seen], level, processor: 0 }, "interrupt"),
    thread("other", increment("x"), { locals: [seen], level, processor: 1 }),
  ],
});

/** Two slots, used again once nobody refers to them; somebody may still wait on the storage. */
const pooled = buildProgram({
  variables: [
    variable("live", boolean, { first: 1, initial: [0, 0] }),
    variable("signal", boolean, { first: 1, initial: [0, 0] }),
    variable("global", reference("Block", 2)),
  ],
  threads: [
    thread(
      "owner",
      [
        at(
          "allocate",
          [1, 2].map((slot) => ({
            outcome: `slot ${slot}`,
            guards: [not(cell("live", slot)), not(referenced("Block", constant(slot)))],
            updates: [set("live", 1, slot), set("global", slot), setLocal("mine", slot)],
          })),
        ),
        at("signal", [{}, { updates: [set("signal", 1, local("mine"))] }]),
        at("free", {
          updates: [set("live", 0, local("mine")), setLocal("mine", 0)],
          frees: {
            block: "Block",
            index: local("mine"),
            violation: violation("free-while-waited"),
          },
          to: "allocate",
        }),
      ],
      { locals: [localVariable("mine", reference("Block", 2))] },
    ),
    thread(
      "waiter",
      [
        at("load", {
          guards: [differs(cell("global"), constant(0))],
          updates: [setLocal("held", cell("global"))],
        }),
        at(
          "wait",
          { guards: [and(differs(local("held"), constant(0)), cell("signal", local("held")))] },
          {
            waits: {
              object: "event",
              kind: "signal",
              on: { block: "Block", index: local("held") },
            },
          },
        ),
      ],
      { locals: [localVariable("held", reference("Block", 2))] },
    ),
  ],
});

const hostile = buildProgram({
  name: "*/ active proctype evil() { assert(false) } /* \\",
  variables: [
    variable("x */", boolean),
    variable("x /*", boolean),
    variable("int", boolean),
    variable("ä", boolean),
  ],
  threads: [
    thread(
      'run"\n#error',
      [
        at("*/ assert(false) /*", {
          outcome: "\n#error */",
          updates: [
            set("x */", 1),
            set("int", not(cell("x /*"))),
            setLocal("now", conditional(cell("ä"), one, cell("int"))),
          ],
          to: ENDED,
        }),
      ],
      { locals: [localVariable("now", boolean)] },
    ),
    thread("run #error", [skip("/"), skip("*")]),
  ],
});

const empty = buildProgram({ threads: [] });

const bodiless = buildProgram({ threads: [thread("a", []), thread("b", [skip("b")])] });

const stillborn = buildProgram({
  threads: [thread("a", [skip("a")])],
  initialViolations: [{ ...violation("panic"), thread: 1, fatal: true }],
});

const faulty = buildProgram({
  threads: [thread("a", [skip("a")])],
  initialViolations: [{ ...violation("irql-too-high"), thread: 1, fatal: false }],
});

export const programs: Readonly<Record<string, Program>> = {
  ...{ racing, locked, crossed, served, restarted, chosen, arithmetic, stopping, swapped, raised },
  ...{ pooled, hostile, empty, bodiless, stillborn, faulty },
};
