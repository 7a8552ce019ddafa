/**
 * From a recorded model to a Program: threads and slots numbered, objects made cells, bodies made graphs of steps.
 *
 * Order: instances (who exists) → sizes → variables → one graph per routine and way of starting → local code attached →
 * constants folded → validated. Front ends share all of it.
 */
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import { cell, type Expression } from "../ir/expression.ts";
import type { Types } from "../ir/interval.ts";
import type {
  Graph,
  Location,
  Program,
  ProgramResult,
  Property,
  Thread,
  Variable,
} from "../ir/program.ts";
import { bounds, contains, type Type } from "../ir/type.ts";
import { LEVELS } from "../kernel/levels.ts";
import type { Field, Sizes } from "../kernel/object-kind.ts";
import { callingThread } from "../kernel/thread.ts";
import { assert } from "../support/assert.ts";
import { stepOf, waysFrom } from "./attach.ts";
import { activeEntry, type Entry } from "./entry.ts";
import { exitStep, type HeldLock, startStep } from "./exit.ts";
import { folded } from "./fold.ts";
import { END, type Flow, flowOf, type NodeId } from "./graph.ts";
import { type Instance, type Instances, instancesOf } from "./instances.ts";
import { INSIDE, mutualExclusion } from "./section.ts";
import type { Body, Model, ObjectDescription, Template } from "./statement.ts";

/** The Program that a model means, or what is wrong with the model. */
export function lower(model: Model): ProgramResult {
  const instances = instancesOf(model);
  if (instances.diagnostics.length > 0) return { ok: false, diagnostics: instances.diagnostics };
  const lowering = new Lowering(model, instances);
  const program = lowering.program();
  const { diagnostics } = lowering;
  if (diagnostics.some(({ severity }) => severity === "error")) return { ok: false, diagnostics };
  return { ok: true, program: folded(program), diagnostics };
}

class Lowering {
  readonly diagnostics: Diagnostic[] = [];
  private readonly model: Model;
  private readonly instances: Instances;
  private readonly sizes: Sizes;
  private readonly variables: readonly Variable[];
  private readonly initialViolations: Program["initialViolations"][number][] = [];

  constructor(model: Model, instances: Instances) {
    this.model = model;
    this.instances = instances;
    this.sizes = {
      threads: instances.threads.length,
      depth: model.depth,
      slots: instances.slots,
      revoked: model.revoked,
      placed: model.roots.some(({ processor }) => processor !== undefined),
      mutexOwners: this.holdersOf("KMUTEX"),
    };
    this.variables = this.describedVariables();
  }

  program(): Program {
    const graphs = this.graphs();
    return {
      name: this.model.name,
      ...(this.model.source && { source: this.model.source }),
      variables: this.variables,
      graphs: graphs.map(({ graph }) => graph),
      threads: this.instances.threads.map((instance) => this.thread(instance, graphs)),
      properties: this.properties(),
      initialViolations: this.initialViolations,
      exclusiveLevel: LEVELS.DISPATCH_LEVEL,
      warnings: this.model.warnings,
      choices: this.model.choices,
      parameters: this.model.parameters,
    };
  }

  /** Slots of a storage; a storage that nothing allocates still has one, so that its cells exist. */
  private slotsOf(storage: string): number {
    return Math.max(1, this.instances.slots.get(storage) ?? 0);
  }

  private resolved(type: Type): Type {
    return type.kind === "reference" ? { ...type, slots: this.slotsOf(type.to) } : type;
  }

  private describedVariables(): readonly Variable[] {
    const fields = this.model.objects.flatMap((object) => this.fieldsOf(object));
    const memory = this.model.variables.map((variable): Variable => {
      const type = this.resolved(variable.type(this.sizes));
      const initial = variable.storage
        ? Array.from({ length: this.slotsOf(variable.storage) }, () => variable.initial[0] ?? 0)
        : variable.initial;
      this.checkInitial(variable.name, type, initial);
      const { name, cluster, tags, source } = variable;
      return {
        name,
        type,
        first: variable.storage ? 1 : 0,
        initial,
        cluster,
        tags,
        ...(source && { source }),
      };
    });
    return [...fields, ...memory];
  }

  private checkInitial(name: string, type: Type, initial: readonly number[]): void {
    const wrong = initial.find((value) => !contains(type, value));
    if (wrong === undefined) return;
    const { min, max } = bounds(type);
    this.diagnostics.push(
      errorDiagnostic(
        "constant-out-of-range",
        `${name} starts with ${wrong}, but its values go from ${min} to ${max}`,
        {
          source: this.model.source,
        },
      ),
    );
  }

  private fieldsOf(object: ObjectDescription): readonly Variable[] {
    const { prefix, kind, storage, source } = object;
    const length = this.lengthOf(object);
    const variable = (name: string, field: Field): Variable => ({
      name: `${prefix}.${name}`,
      type: this.resolved(field.type(this.sizes)),
      first: storage ? 1 : 0,
      initial: Array.from({ length }, () => object.initial?.[name] ?? field.initial),
      cluster: prefix,
      tags: { ...field.tags, ...(kind.holder === name && { holder: prefix }) },
      ...(source && { source }),
    });
    const fields = Object.entries<Field>(kind.fields).map(([name, field]) => variable(name, field));
    const perThread = { ...kind.perThread, ...(kind.holder !== undefined && { inside: INSIDE }) };
    const ofThreads = Object.entries<Field>(perThread).map(
      ([name, field]): Variable => ({
        name: `${prefix}.${name}`,
        type: this.resolved(field.type(this.sizes)),
        first: 0,
        initial: Array.from({ length: length * this.sizes.threads }, () => field.initial),
        cluster: name === "inside" ? `${prefix}.inside` : prefix,
        tags: field.tags ?? {},
      }),
    );
    return [...fields, ...ofThreads];
  }

  /** The cells that name the holders of all locks of a kind. */
  private holdersOf(kindName: string): readonly Expression[] {
    return this.model.objects.flatMap((object) =>
      object.kind.name === kindName ? this.holderCells(object) : [],
    );
  }

  private holderCells(object: ObjectDescription): readonly Expression[] {
    const { kind, prefix, storage } = object;
    if (kind.holder === undefined) return [];
    const first = storage ? 1 : 0;
    return Array.from({ length: this.lengthOf(object) }, (_, slot) =>
      cell(`${prefix}.${kind.holder}`, slot + first),
    );
  }

  private lengthOf({ storage, length }: ObjectDescription): number {
    return storage ? this.slotsOf(storage) : (length ?? 1);
  }

  private properties(): readonly Property[] {
    const sections = this.model.objects
      .filter(({ kind }) => kind.holder !== undefined)
      .map((object) => mutualExclusion(object.prefix, this.lengthOf(object), this.sizes));
    return [...sections, ...this.model.properties(this.instances)];
  }

  private heldLocks(): readonly HeldLock[] {
    return this.model.objects.flatMap((object): readonly HeldLock[] => {
      const { kind, prefix } = object;
      if (kind.holder === undefined || kind.heldAtExit === undefined) return [];
      const holders = this.holderCells(object);
      return [{ display: prefix, holders, fatal: kind.heldAtExit === "fatal" }];
    });
  }

  private graphs(): readonly {
    readonly graph: Graph;
    readonly template: string;
    readonly created: boolean;
  }[] {
    const wanted = new Map(
      this.instances.threads.map(({ template, created }) => [
        `${template.name} ${created}`,
        { template, created },
      ]),
    );
    const both = (name: string): boolean =>
      wanted.has(`${name} true`) && wanted.has(`${name} false`);
    return [...wanted.values()].map(({ template, created }) => {
      const name = both(template.name) && !created ? `${template.name} (active)` : template.name;
      return { graph: this.graph(template, created, name), template: template.name, created };
    });
  }

  private graph(template: Template, created: boolean, name: string): Graph {
    const locals = template.locals.map((local) => ({ ...local, type: this.resolved(local.type) }));
    const exit = exitStep(template.name, created, this.heldLocks(), template.source);
    const step = (description: typeof exit): Body[number] => ({
      kind: "step",
      describe: () => description,
    });
    const body = [...(created ? [step(startStep)] : []), ...template.body, step(exit)];
    const types = this.typesFor(locals);
    const start = activeEntry(flowOf(body, this.sizes), {
      locals,
      variables: this.variables,
      types,
    });
    this.recordInitial(template, created, start.violations);
    return {
      name,
      locals: locals.map((local) => ({
        ...local,
        initial: start.locals.get(local.name) ?? local.initial,
      })),
      locations: start.entry === END ? [] : locationsOf(start.flow, start.entry, types),
      ...(template.source && { source: template.source }),
    };
  }

  /** Violations that active threads of this routine commit before their first step. */
  private recordInitial(
    template: Template,
    created: boolean,
    violations: Entry["violations"],
  ): void {
    if (created) return;
    for (const [index, instance] of this.instances.threads.entries()) {
      if (instance.template.name !== template.name || instance.created) continue;
      this.initialViolations.push(
        ...violations.map((violation) => ({ ...violation, thread: index + 1 })),
      );
    }
  }

  private typesFor(locals: Graph["locals"]): Types {
    const variables = new Map(this.variables.map(({ name, type }) => [name, type]));
    const own = new Map(locals.map(({ name, type }) => [name, type]));
    const found = (type: Type | undefined, name: string): Type => {
      assert(type !== undefined, `${name} has a type`);
      return type;
    };
    return {
      variable: (name) => found(variables.get(name), name),
      local: (name) => found(own.get(name), name),
    };
  }

  private thread(
    { name, template, created, constants, root }: Instance,
    graphs: readonly {
      readonly graph: Graph;
      readonly template: string;
      readonly created: boolean;
    }[],
  ): Thread {
    const graph = graphs.find(
      (made) => made.template === template.name && made.created === created,
    );
    assert(graph !== undefined, `${template.name} has a graph`);
    return {
      name,
      graph: graph.graph.name,
      start: created ? "created" : "active",
      constants,
      level: callingThread.irql,
      ...(root?.processor !== undefined && { processor: root.processor }),
      ...(root?.mayWaitForEver && { mayWaitForEver: true }),
    };
  }
}

/** Every scheduling point that can be reached, with its steps. */
function locationsOf(flow: Flow, entry: NodeId, types: Types): readonly Location[] {
  const ids = new Map<NodeId, string>();
  const order: NodeId[] = [];
  const idOf = (node: NodeId): string => {
    const known = ids.get(node);
    if (known !== undefined) return known;
    const id = `L${ids.size + 1}`;
    ids.set(node, id);
    order.push(node);
    return id;
  };
  idOf(entry);
  const locations: Location[] = [];
  for (let next = 0; next < order.length; next += 1) {
    const node = order[next] as NodeId;
    const location = flow.nodes[node]?.location;
    assert(location !== undefined, "only scheduling points become locations");
    const steps = waysFrom(flow, node, types).map((way) => stepOf(way, idOf));
    locations.push({ ...location, id: idOf(node), steps });
  }
  return locations;
}
