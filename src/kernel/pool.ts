/**
 * Pool: blocks that are allocated, used through pointers, and freed.
 *
 * Pages: ExAllocatePool2, ExFreePool, ExFreePoolWithTag (wdm.h); debugger/bug-check-0xc2--bad-pool-caller.
 *
 * | in Windows                 | in the model                                                   |
 * | a block                    | a slot of its storage: the blocks made for one type of content |
 * | never allocated, live, freed | life                                                         |
 * | the block's address        | address, only where the program compares pointers              |
 *
 * A pointer is an allocation: a stale one stays stale. Two allocations may have one address, one after the other. A
 * slot is used again once nobody refers to its former block.
 */
import {
  and,
  constant,
  differs,
  type Expression,
  equals,
  lessThan,
  not,
  or,
  plus,
  referenced,
} from "../ir/expression.ts";
import type { Update } from "../ir/program.ts";
import { LEVELS } from "./levels.ts";
import { objectKind, set, type View, viewOf } from "./object-kind.ts";
import { type IrqlContract, type Misuse, type Outcome, type Routine, routine } from "./routine.ts";
import { callingThread } from "./thread.ts";

export const LIFE = { never: 0, live: 1, freed: 2 } as const;

export const BLOCK = objectKind({
  name: "block",
  fields: {
    life: {
      type: () => ({
        kind: "enumeration",
        name: "block",
        members: ["never allocated", "live", "freed"],
      }),
      initial: 0,
      tags: {},
    },
  },
});

/** The blocks for one type of content. */
export interface Storage {
  readonly name: string;
  readonly pool: "paged" | "nonpaged";
  /** The four characters, for readers. */
  readonly tag: string;
  /** Variable of the addresses, where the program compares pointers to such blocks. */
  readonly addresses: string | undefined;
  /** How many slots there are in all. */
  readonly slots: number;
  /** Everything in a block: freeing it writes all of it. */
  readonly contents: readonly { readonly variable: string; readonly initial: number }[];
  /** Locks in a block, by the variable that names the holder. */
  readonly holders: readonly string[];
}

const blockAt = (storage: Storage, slot: Expression): View<"life"> =>
  viewOf(BLOCK, storage.name, slot);

/** A pointer that is null. */
export function nullMisuse(pointer: Expression, display: string): Misuse {
  return {
    rule: "null-dereference",
    when: equals(pointer, constant(0)),
    says: `${display} is null`,
  };
}

/** What is wrong with using a block through this pointer. */
export function pointerMisuse(
  storage: string,
  pointer: Expression,
  display: string,
): readonly Misuse[] {
  const { life } = viewOf(BLOCK, storage, pointer);
  return [
    nullMisuse(pointer, display),
    {
      rule: "use-after-free",
      when: differs(life, constant(LIFE.live)),
      says: `the block that ${display} points to was freed`,
    },
  ];
}

/** Touching paged memory where a page fault cannot be served. */
export function pagedMisuse(display: string): Misuse {
  return {
    rule: "paged-at-dispatch",
    when: lessThan(constant(LEVELS.APC_LEVEL), callingThread.irql),
    says: `${display} is paged memory, touched at DISPATCH_LEVEL or above`,
    survives: true,
  };
}

const poolContract = (storage: Storage): IrqlContract => ({
  atMost: storage.pool === "paged" ? "APC_LEVEL" : "DISPATCH_LEVEL",
});

/**
 * Allocates a block; `site` names the slots that this place of the program may use.
 *
 * IRQL      at most DISPATCH_LEVEL, APC_LEVEL for paged pool.
 * Blocks    never.
 * Effect    the block is live and zeroed; a failing call returns null.
 * Misuse    none beside the IRQL.
 * Left out  sizes; quotas; exceptions instead of null.
 */
export function ExAllocatePool2(
  storage: Storage,
  site: { readonly first: Expression; readonly slots: number },
): Routine {
  return routine({
    name: "ExAllocatePool2",
    fallible: true,
    page: "wdm/nf-wdm-exallocatepool2",
    takes: [],
    results: { pointer: { kind: "reference", to: storage.name, slots: 0 } },
    irql: () => poolContract(storage),
    outcomes: () => allocations(storage, site),
  });
}

function allocations(
  storage: Storage,
  site: { readonly first: Expression; readonly slots: number },
): readonly Outcome[] {
  const slots = Array.from({ length: site.slots }, (_, offset) =>
    plus(site.first, constant(offset)),
  );
  const taken: Expression[] = [];
  const outcomes = slots.flatMap((slot) => {
    const usable = isUsable(storage, slot, site.slots);
    const made = addressed(storage, slot).map(
      ({ when, effect }): Outcome => ({
        returns: "a block",
        when: [...taken.map(not), usable, ...when],
        effect: [set(blockAt(storage, slot).life, constant(LIFE.live)), ...effect],
        results: { pointer: slot },
      }),
    );
    taken.push(usable);
    return made;
  });
  const limit = `more than ${site.slots} blocks of one allocation in ${storage.name}`;
  return [
    ...outcomes,
    { when: taken.map(not), effect: [], limit },
    {
      returns: "NULL",
      when: [],
      effect: [],
      results: { pointer: constant(0) },
      fault: "allocation",
    },
  ];
}

/** Never used; or freed, and nobody holds a pointer to what it was. A site of one slot is never used again. */
function isUsable(storage: Storage, slot: Expression, slots: number): Expression {
  const { life } = blockAt(storage, slot);
  const fresh = equals(life, constant(LIFE.never));
  if (slots === 1) return fresh;
  return or(fresh, and(equals(life, constant(LIFE.freed)), not(referenced(storage.name, slot))));
}

/** The addresses that a new block may get: any that no live block has, used before or the next fresh one. */
function addressed(
  storage: Storage,
  slot: Expression,
): readonly { readonly when: readonly Expression[]; readonly effect: readonly Update[] }[] {
  const { addresses } = storage;
  if (addresses === undefined) return [{ when: [], effect: [] }];
  const slots = Array.from({ length: storage.slots }, (_, index) => constant(index + 1));
  const addressOf = (other: Expression): Expression => ({
    kind: "cell",
    variable: addresses,
    index: other,
  });
  return slots.map((address) => {
    const free = slots.map((other) =>
      not(
        and(
          equals(blockAt(storage, other).life, constant(LIFE.live)),
          equals(addressOf(other), address),
        ),
      ),
    );
    const before = constant(address.kind === "constant" ? address.value - 1 : 0);
    const known = or(
      equals(before, constant(0)),
      ...slots.map((other) => not(lessThan(addressOf(other), before))),
    );
    return { when: [...free, known], effect: [set(addressOf(slot), address)] };
  });
}

/**
 * Gives a block back. Everything in it is written.
 *
 * IRQL      at most DISPATCH_LEVEL, APC_LEVEL for paged pool.
 * Blocks    never.
 * Effect    the block is freed; pointers to it are stale.
 * Misuse    null; a block freed before; a block with a lock that a thread holds or waits for.
 * Left out  the tag, which this routine does not test.
 */
export function ExFreePool(
  storage: Storage,
  pointer: Expression,
  display: string,
  place: string,
): Routine {
  return routine({
    name: "ExFreePool",
    page: "wdm/nf-wdm-exfreepool",
    takes: [],
    irql: () => poolContract(storage),
    misuse: () => freeMisuse(storage, pointer, display),
    outcomes: () => [
      {
        when: [],
        effect: [
          set(blockAt(storage, pointer).life, constant(LIFE.freed)),
          ...storage.contents.map(({ variable, initial }) =>
            set({ kind: "cell", variable, index: pointer }, constant(initial)),
          ),
        ],
        frees: {
          block: storage.name,
          index: pointer,
          violation: {
            rule: "free-while-waited",
            message: `ExFreePool: a thread waits for an object in the block that ${display} points to`,
            place,
          },
        },
      },
    ],
  });
}

function freeMisuse(storage: Storage, pointer: Expression, display: string): readonly Misuse[] {
  const held = storage.holders.map((variable) =>
    differs({ kind: "cell", variable, index: pointer }, constant(0)),
  );
  return [
    nullMisuse(pointer, display),
    {
      rule: "double-free",
      when: differs(blockAt(storage, pointer).life, constant(LIFE.live)),
      says: `the block that ${display} points to was freed before`,
    },
    {
      rule: "free-while-owned",
      when: or(...held),
      says: `the block that ${display} points to holds a lock that a thread owns`,
      survives: true,
    },
  ];
}
