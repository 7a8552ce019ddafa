/**
 * What must be given back by the end: pool blocks, handles, references; and threads that nobody waited for.
 *
 * Properties of ended executions. With a driver, executions end when it is gone, since no thread outlives it.
 */
import { and, cell, constant, differs, type Expression, equals, or } from "../ir/expression.ts";
import type { Property } from "../ir/program.ts";
import type { RuleId } from "../ir/rules.ts";
import type { Span } from "../ir/span.ts";
import { HANDLE, HANDLE_PREFIX, HANDLE_STATE } from "../kernel/handle.ts";
import { viewOf } from "../kernel/object-kind.ts";
import { LIFE } from "../kernel/pool.ts";
import { THREAD_STATE, threadAt } from "../kernel/thread.ts";
import type { Creation, Numbering, SlotRange } from "../lower/statement.ts";

export function leakProperties(
  { hasDriver }: { readonly hasDriver: boolean },
  { ranges, creations }: Numbering,
): readonly Property[] {
  const threads = [...bySite(creations).values()];
  return [
    ...[...bySite(ranges).values()].map(poolLeak),
    ...threads.map(handleLeak),
    ...threads.map(objectLeak),
    ...(hasDriver ? threads.map(notJoined) : []),
  ];
}

interface Site {
  readonly template: string;
  readonly site: string;
  /** What is made: one line may allocate blocks of several. */
  readonly storage?: string;
  readonly source?: Span;
}

/** What one line of a routine makes is one place, however often it is unrolled and whoever runs it. */
function bySite<S extends Site>(all: readonly S[]): ReadonlyMap<string, readonly [S, ...S[]]> {
  const sites = new Map<string, [S, ...S[]]>();
  for (const one of all) {
    const key = `${spot(one)} ${one.storage ?? ""}`;
    const same = sites.get(key);
    if (same) same.push(one);
    else sites.set(key, [one]);
  }
  return sites;
}

const spot = ({ template, site, source }: Site): string =>
  source ? `${template}:${source.line}` : `${template} ${site}`;

function leak(
  site: Site,
  given: readonly Expression[],
  violation: { readonly rule: RuleId; readonly message: string; readonly what: string },
): Property {
  const place = `${spot(site)} ${violation.what}`;
  return {
    kind: "atEnd",
    name: `${violation.rule} ${place}`,
    expression: and(...given),
    violation: {
      rule: violation.rule,
      message: violation.message,
      place,
      ...(site.source && { source: site.source }),
    },
  };
}

function poolLeak(same: readonly [SlotRange, ...SlotRange[]]): Property {
  const [site] = same;
  const freed = same.flatMap(({ storage, first, slots }) =>
    Array.from({ length: slots }, (_, offset) =>
      differs(cell(`${storage}.life`, first + offset), constant(LIFE.live)),
    ),
  );
  const message = `a ${site.storage} that ${site.template} allocated is never freed`;
  return leak(site, freed, { rule: "pool-leak", message, what: site.storage });
}

type Creations = readonly [Creation, ...Creation[]];

function handleLeak(same: Creations): Property {
  const closed = same.map(({ thread }) => {
    const handle = viewOf(HANDLE, HANDLE_PREFIX, constant(thread));
    return differs(handle.state, constant(HANDLE_STATE.open));
  });
  const message = "the handle of a thread is never closed";
  return leak(same[0], closed, { rule: "handle-leak", message, what: "handle" });
}

function objectLeak(same: Creations): Property {
  const givenBack = same.map(({ thread }) =>
    equals(threadAt(constant(thread)).references, constant(0)),
  );
  const message = "a referenced thread object is never dereferenced";
  return leak(same[0], givenBack, { rule: "object-leak", message, what: "thread object" });
}

function notJoined(same: Creations): Property {
  const joined = same.map(({ thread }) => {
    const { state, joined: waited } = threadAt(constant(thread));
    return or(differs(state, constant(THREAD_STATE.signaled)), equals(waited, constant(1)));
  });
  const message = "nobody waits for the end of a thread that the driver created";
  return leak(same[0], joined, { rule: "thread-not-joined", message, what: "thread" });
}
