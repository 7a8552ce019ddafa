/** The shape of a Program as JSON. Each table is checked against its type, so a new field does not compile without. */
import type { Expression } from "./expression.ts";
import {
  boolean,
  integer,
  list,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  union,
} from "./json-shape.ts";
import type {
  Access,
  Check,
  Graph,
  Local,
  Location,
  Program,
  Property,
  Start,
  Step,
  Thread,
  Update,
  Variable,
  VariableTags,
  Violation,
  Wait,
} from "./program.ts";
import type { RuleId } from "./rules.ts";
import type { Span } from "./span.ts";
import type { Type } from "./type.ts";

type Of<Union, Kind> = Extract<Union, { readonly kind: Kind }>;

const yes = optional(oneOf(true));

const span: Shape<Span> = object<Span>({
  file: text,
  line: integer,
  column: integer,
  endLine: optional(integer),
  endColumn: optional(integer),
});

const type: Shape<Type> = union<Type>({
  boolean: object<Of<Type, "boolean">>({ kind: oneOf("boolean") }),
  range: object<Of<Type, "range">>({ kind: oneOf("range"), min: integer, max: integer }),
  wrapping: object<Of<Type, "wrapping">>({
    kind: oneOf("wrapping"),
    bits: oneOf(8, 16, 32),
    signed: boolean,
  }),
  enumeration: object<Of<Type, "enumeration">>({
    kind: oneOf("enumeration"),
    name: text,
    members: list(text),
  }),
  reference: object<Of<Type, "reference">>({
    kind: oneOf("reference"),
    to: text,
    slots: integer,
  }),
});

const ofExpression = union<Expression>({
  constant: object<Of<Expression, "constant">>({ kind: oneOf("constant"), value: integer }),
  cell: object<Of<Expression, "cell">>({
    kind: oneOf("cell"),
    variable: text,
    index: expression,
  }),
  local: object<Of<Expression, "local">>({ kind: oneOf("local"), name: text }),
  self: object<Of<Expression, "self">>({ kind: oneOf("self") }),
  own: object<Of<Expression, "own">>({ kind: oneOf("own"), name: text }),
  binary: object<Of<Expression, "binary">>({
    kind: oneOf("binary"),
    operator: oneOf("+", "-", "*", "/", "%", "&", "|", "^", "=", "<", "and", "or"),
    left: expression,
    right: expression,
  }),
  not: object<Of<Expression, "not">>({
    kind: oneOf("not"),
    operand: expression,
  }),
  if: object<Of<Expression, "if">>({
    kind: oneOf("if"),
    condition: expression,
    then: expression,
    otherwise: expression,
  }),
  referenced: object<Of<Expression, "referenced">>({
    kind: oneOf("referenced"),
    to: text,
    slot: expression,
  }),
});

/** Declared as a function, since expressions contain expressions. */
function expression(...place: Parameters<Shape<Expression>>): void {
  ofExpression(...place);
}

const variable: Shape<Variable> = object<Variable>({
  name: text,
  type,
  first: oneOf(0, 1),
  initial: list(integer),
  cluster: text,
  tags: object<VariableTags>({
    holder: optional(text),
    level: yes,
    private: yes,
    data: yes,
    hidden: yes,
  }),
  source: optional(span),
});

const local: Shape<Local> = object<Local>({
  name: text,
  type,
  initial: integer,
  hidden: yes,
  source: optional(span),
});

/** Ids are checked by `validate`, which knows the rules. */
const rule = text as Shape<RuleId>;
const violationFields = { rule, message: text, place: text, source: optional(span) };
const violation: Shape<Violation> = object<Violation>(violationFields);
const check: Shape<Check> = object<Check>({ ...violationFields, when: expression });

const update: Shape<Update> = object<Update>({
  target: union<Update["target"]>({
    cell: object<Of<Update["target"], "cell">>({
      kind: oneOf("cell"),
      variable: text,
      index: expression,
    }),
    local: object<Of<Update["target"], "local">>({ kind: oneOf("local"), name: text }),
  }),
  value: expression,
});

const start: Shape<Start> = object<Start>({
  thread: expression,
  arguments: list(object<Start["arguments"][number]>({ local: text, value: expression })),
});

const access: Shape<Access> = object<Access>({
  variable: text,
  index: expression,
  writes: boolean,
  plain: boolean,
});

const step: Shape<Step> = object<Step>({
  to: text,
  outcome: optional(text),
  guards: list(expression),
  updates: list(update),
  starts: list(start),
  accesses: list(access),
  checks: list(check),
  frees: optional(
    object<NonNullable<Step["frees"]>>({ block: text, index: expression, violation }),
  ),
  fatal: optional(violation),
  limit: optional(text),
  fault: optional(text),
});

const wait: Shape<Wait> = object<Wait>({
  object: text,
  kind: oneOf("lock", "thread", "signal", "other"),
  owner: optional<Expression>(expression),
  on: optional(object<NonNullable<Wait["on"]>>({ block: text, index: expression })),
});

const location: Shape<Location> = object<Location>({
  id: text,
  label: text,
  routine: optional(text),
  arguments: optional(list(text)),
  source: optional(span),
  steps: list(step),
  waits: optional(wait),
  requests: optional(
    object<NonNullable<Location["requests"]>>({ holder: text, index: expression }),
  ),
  yields: yes,
});

const graph: Shape<Graph> = object<Graph>({
  name: text,
  source: optional(span),
  locals: list(local),
  locations: list(location),
});

const thread: Shape<Thread> = object<Thread>({
  name: text,
  graph: text,
  start: oneOf("active", "created"),
  constants: record(integer),
  locals: optional(record(integer)),
  level: expression,
  processor: optional(integer),
  mayWaitForEver: yes,
});

const property: Shape<Property> = object<Property>({
  kind: oneOf("invariant", "atEnd", "reachable"),
  name: text,
  expression,
  violation,
});

export const programShape: Shape<Program> = object<Program>({
  name: text,
  source: optional(span),
  variables: list(variable),
  graphs: list(graph),
  threads: list(thread),
  properties: list(property),
  initialViolations: list(
    object<Program["initialViolations"][number]>({
      ...violationFields,
      thread: integer,
      fatal: boolean,
    }),
  ),
  exclusiveLevel: integer,
  warnings: list(violation),
  choices: record(text),
  parameters: record(integer),
});
