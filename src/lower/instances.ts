/**
 * Which threads there are, and which slots each may fill: the sites of creation and allocation, thread by thread.
 *
 * A site belongs to the thread that runs it, so two threads of one routine fill different slots; what differs between
 * them is a constant of the thread (`own`), and both share one graph.
 */
import { type Diagnostic, errorDiagnostic } from "../ir/diagnostic.ts";
import type { Creation, Model, Numbering, Root, SlotRange, Template } from "./statement.ts";

/** Most threads that a model may have. */
const THREADS_MAX = 64;

export interface Instance {
  readonly name: string;
  readonly template: Template;
  readonly created: boolean;
  readonly root?: Root;
  readonly constants: Record<string, number>;
}

export interface Instances extends Numbering {
  readonly threads: readonly Instance[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Walks the creation sites from the threads that are active at the start, breadth first. */
export function instancesOf(model: Model): Instances {
  const templates = new Map(model.templates.map((template) => [template.name, template]));
  const threads: Instance[] = [];
  const creations: Creation[] = [];
  const diagnostics: Diagnostic[] = [];
  const add = (name: string, template: string, created: boolean, root?: Root): number => {
    const found = templates.get(template);
    if (!found) {
      diagnostics.push(
        errorDiagnostic("unknown-thread-routine", `no thread routine is named ${template}`),
      );
      return 0;
    }
    return threads.push({ name, template: found, created, constants: {}, ...(root && { root }) });
  };
  for (const root of model.roots) add(root.name, root.template, false, root);
  for (let index = 0; index < threads.length && threads.length <= THREADS_MAX; index += 1) {
    const parent = threads[index] as Instance;
    for (const { site, template, name, source } of parent.template.creates) {
      const thread = add(name ?? template, template, true);
      parent.constants[site] = thread;
      creations.push({ thread, site, template: parent.template.name, ...(source && { source }) });
    }
  }
  if (threads.length > THREADS_MAX) {
    diagnostics.push(
      errorDiagnostic("too-many-threads", `the model makes more than ${THREADS_MAX} threads`, {
        source: model.source,
        fix: "create fewer threads, and none in a routine that creates itself",
      }),
    );
  }
  return {
    ...numberedSlots(threads.slice(0, THREADS_MAX)),
    creations,
    threads: named(threads),
    diagnostics,
  };
}

function numberedSlots(threads: readonly Instance[]): Pick<Numbering, "slots" | "ranges"> {
  const slots = new Map<string, number>([
    ["thread", threads.length],
    ["handle", threads.length],
  ]);
  const ranges: SlotRange[] = [];
  for (const { template, constants } of threads) {
    for (const site of template.allocates) {
      const first = (slots.get(site.storage) ?? 0) + 1;
      constants[site.site] = first;
      slots.set(site.storage, first + site.slots - 1);
      ranges.push({
        storage: site.storage,
        first,
        slots: site.slots,
        site: site.site,
        template: template.name,
        ...(site.source && { source: site.source }),
      });
    }
  }
  return { slots, ranges };
}

/** Threads of one name are told apart by a number. */
function named(threads: readonly Instance[]): readonly Instance[] {
  const total = new Map<string, number>();
  for (const { name } of threads) total.set(name, (total.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  return threads.map((thread) => {
    if ((total.get(thread.name) ?? 0) < 2) return thread;
    const number = (seen.get(thread.name) ?? 0) + 1;
    seen.set(thread.name, number);
    return { ...thread, name: `${thread.name} ${number}` };
  });
}
