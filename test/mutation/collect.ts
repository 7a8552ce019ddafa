/**
 * Stands for "vitest" when kernel tests are bundled to be run again and again: tests are collected, not run, and
 * `expect` is the real one of the run that asks.
 */
import type { expect as realExpect } from "vitest";

type Body = (...given: readonly unknown[]) => unknown;

export interface Case {
  readonly name: string;
  readonly run: () => unknown;
}

export const cases: Case[] = [];
const path: string[] = [];

export function describe(name: string, body: () => void): void {
  path.push(name);
  body();
  path.pop();
}

export function it(name: string, body: Body): void {
  cases.push({ name: [...path, name].join(" > "), run: () => body() });
}

/** As vitest does: rows that are arrays are spread. */
const each =
  (add: (name: string, body: Body) => void) =>
  (rows: readonly unknown[]) =>
  (name: string, body: Body): void => {
    for (const row of rows) {
      const given = Array.isArray(row) ? row : [row];
      add(`${name} ${JSON.stringify(given)}`, () => body(...given));
    }
  };

it.each = each(it);
describe.each = each((name, body) => describe(name, () => body()));
export const test = it;

/** The real `expect`, handed over by the run that asks. */
export const expect = ((...given: Parameters<typeof realExpect>) =>
  handedOver.expect?.(...given)) as unknown as typeof realExpect;

export const handedOver: { expect?: typeof realExpect } = {};
