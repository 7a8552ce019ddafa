/**
 * A Program as text, for people: to see what a front end made, and in failing tests.
 *
 * Deterministic. Expressions print alike only if they are the same: a local is `$name`, a constant of the thread
 * `@name`, a cell `name` or `name[index]`, and a name that is no word is quoted. Nothing reads this text back;
 * `json.ts` is for that.
 */
import { printExpression, printName } from "./print-expression.ts";
import {
  ENDED,
  type Graph,
  type Location,
  type Program,
  type Property,
  type Start,
  type Step,
  type Thread,
  type Update,
  type Variable,
} from "./program.ts";
import { spanText } from "./span.ts";
import { type Type, valueText } from "./type.ts";

export { printExpression } from "./print-expression.ts";

/** The whole Program; ends with a line break. */
export function printProgram(program: Program): string {
  const { variables, threads, graphs, properties, initialViolations, warnings } = program;
  const settings = [
    ...Object.entries(program.parameters).map(([name, value]) => `parameter ${name} = ${value}`),
    ...Object.entries(program.choices).map(([name, value]) => `choice ${name} = ${value}`),
  ];
  const sections = [
    [`program ${program.name}`, ...settings, `exclusive level ${program.exclusiveLevel}`],
    variables.map(variableLine),
    threads.map(threadLine),
    ...graphs.map(graphLines),
    properties.map(propertyLine),
    [
      ...initialViolations.map(
        ({ rule, thread, place, fatal }) =>
          `${fatal ? "initially fatal" : "initially"} ${rule} by thread ${thread} at ${place}`,
      ),
      ...warnings.map(({ rule, place }) => `warning ${rule} at ${place}`),
    ],
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}

function variableLine({ name, type, first, initial, cluster, tags }: Variable): string {
  const scalar = first === 0 && initial.length === 1;
  const cells = scalar ? "" : `[${first}..${first + initial.length - 1}]`;
  const values = initial.map((value) => valueText(type, value)).join(", ");
  const words = Object.entries(tags).map(([tag, value]) =>
    value === true ? tag : `${tag} ${value}`,
  );
  if (cluster !== name) words.push(`in ${cluster}`);
  const notes = words.length > 0 ? ` (${words.join(", ")})` : "";
  return `variable ${printName(name)}${cells}: ${typeText(type)} = ${values}${notes}`;
}

function typeText(type: Type): string {
  switch (type.kind) {
    case "range":
      return `${type.min}..${type.max}`;
    case "wrapping":
      return `${type.signed ? "i" : "u"}${type.bits}`;
    case "enumeration":
      return `${type.name} {${type.members.join(", ")}}`;
    case "reference":
      return `${type.to} 1..${type.slots} or null`;
    default:
      return type.kind;
  }
}

function threadLine(thread: Thread, index: number): string {
  const words = [
    thread.start,
    ...Object.entries(thread.constants).map(([name, value]) => `@${printName(name)} = ${value}`),
    ...Object.entries(thread.locals ?? {}).map(([name, value]) => `$${printName(name)} = ${value}`),
    ...(thread.level.kind === "constant" && thread.level.value === 0
      ? []
      : [`level ${printExpression(thread.level)}`]),
    ...(thread.processor === undefined ? [] : [`processor ${thread.processor}`]),
    ...(thread.mayWaitForEver ? ["may wait for ever"] : []),
  ];
  const name = printName(thread.name);
  return `thread ${index + 1} ${name} runs ${printName(thread.graph)}: ${words.join(", ")}`;
}

function graphLines({ name, locals, locations }: Graph): readonly string[] {
  return [
    `graph ${printName(name)}`,
    ...locals.map(
      (local) =>
        `  local $${printName(local.name)}: ${typeText(local.type)} = ${valueText(local.type, local.initial)}${local.hidden ? " (hidden)" : ""}`,
    ),
    ...locations.flatMap(locationLines),
  ];
}

function locationLines(location: Location): readonly string[] {
  const { id, label, source, waits, requests, steps } = location;
  const notes = [
    ...(source ? [`at ${spanText(source)}`] : []),
    ...(waits ? [waitText(waits)] : []),
    ...(requests ? [`requests ${requests.holder}[${printExpression(requests.index)}]`] : []),
    ...(location.yields ? ["yields"] : []),
  ];
  const title = label === id ? "" : ` ${label}`;
  const suffix = notes.length > 0 ? ` (${notes.join(", ")})` : "";
  return [`  ${printName(id)}:${title}${suffix}`, ...steps.map((step) => `    ${stepLine(step)}`)];
}

function waitText({ object, kind, owner, on }: NonNullable<Location["waits"]>): string {
  const whose = owner ? ` of ${printExpression(owner)}` : "";
  const where = on ? ` in ${on.block}[${printExpression(on.index)}]` : "";
  return `waits for ${kind} ${object}${whose}${where}`;
}

/** One line: what it is called, when, what it does, what it violates, and where it leads. */
function stepLine(step: Step): string {
  const name = [
    ...(step.outcome === undefined ? [] : [step.outcome]),
    ...(step.fault === undefined ? [] : [`fault ${step.fault}`]),
  ].join(", ");
  const effects = [
    ...step.updates.map(updateText),
    ...step.starts.map(startText),
    ...step.accesses.map(
      ({ variable, index, writes, plain }) =>
        `${plain ? "plain" : "atomic"} ${writes ? "write" : "read"} of ${printExpression({ kind: "cell", variable, index })}`,
    ),
    ...(step.frees
      ? [
          `free ${step.frees.block}[${printExpression(step.frees.index)}] or ${step.frees.violation.rule}`,
        ]
      : []),
    ...step.checks.map(({ rule, when }) => `${rule} if ${printExpression(when)}`),
  ];
  return [
    ...(name === "" ? [] : [`"${name}"`]),
    ...(step.guards.length > 0 ? [`when ${step.guards.map(printExpression).join(", ")}`] : []),
    ...(effects.length > 0 ? [`do ${effects.join("; ")}`] : []),
    destination(step),
  ].join(" ");
}

function destination({ fatal, limit, to }: Step): string {
  if (limit !== undefined) return `-> limit ${limit}`;
  if (fatal) return `-> fatal ${fatal.rule} at ${fatal.place}`;
  return to === ENDED ? "-> end" : `-> ${printName(to)}`;
}

function updateText({ target, value }: Update): string {
  return `${printExpression(target)} := ${printExpression(value)}`;
}

function startText({ thread, arguments: given }: Start): string {
  const values = given.map(
    ({ local, value }) => `$${printName(local)} = ${printExpression(value)}`,
  );
  const list = values.length > 0 ? ` with ${values.join(", ")}` : "";
  return `start thread ${printExpression(thread)}${list}`;
}

function propertyLine({ kind, name, expression, violation }: Property): string {
  return `${kind} ${printName(name)}: ${printExpression(expression)} (else ${violation.rule})`;
}
