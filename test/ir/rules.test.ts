import { describe, expect, it } from "vitest";
import { isRuleId, RULES, type Rule, type RuleId, ruleOf, severityOf } from "../../src/ir/rules.ts";

const rules: readonly Rule[] = Object.values(RULES);
const warnings = [
  "lock-order",
  "wait-status-ignored",
  "thread-not-joined",
  "dead-code",
  "fault-ignored",
];

describe("rules", () => {
  it("bear the id that they stand under", () => {
    for (const [key, { id }] of Object.entries(RULES)) expect(id).toBe(key);
  });

  it("are errors but for five warnings", () => {
    const found = rules.filter(({ severity }) => severity === "warning").map(({ id }) => id);
    expect(found.sort()).toEqual([...warnings].sort());
    expect(severityOf("lock-order")).toBe("warning");
    expect(severityOf("invariant:x")).toBe("error");
  });

  it("say what is wrong and what to do, in sentences that are not said twice", () => {
    const texts = rules.flatMap(({ summary, advice }) => [summary, advice]);
    for (const text of texts) expect(text).toMatch(/^[A-Z].{15,}\.$/);
    expect(new Set(rules.map(({ summary }) => summary)).size).toBe(rules.length);
  });

  it("link Microsoft's pages in one form", () => {
    const page = /^https:\/\/learn\.microsoft\.com\/windows-hardware\/drivers\/[a-z]+\/[\w/-]+$/;
    const pages = rules.flatMap(({ documentation }) => documentation ?? []);
    expect(pages.length).toBeGreaterThan(30);
    for (const address of pages) expect(address).toMatch(page);
    for (const address of pages) expect(address).toBe(address.toLowerCase());
  });

  it("write bug checks in one form, each once", () => {
    for (const { bugChecks } of rules) {
      const seen = bugChecks.map(({ code, parameters, when }) => `${code} ${parameters} ${when}`);
      expect(new Set(seen).size).toBe(seen.length);
      for (const { code, name, when, parameters } of bugChecks) {
        expect(code).toMatch(/^0x[0-9A-F]{8}$/);
        expect(name).toMatch(/^[A-Z][A-Z_]+$/);
        if (code !== "0x000000C4") continue;
        expect(when).toBe("verifier");
        expect(parameters).toMatch(/^parameter 1 = 0x[0-9A-F]+$/);
      }
    }
  });

  it("know how a mutex ends that is released by a stranger", () => {
    expect(ruleOf("mutex-not-owned").bugChecks).toContainEqual({
      code: "0x0000007E",
      name: "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED",
      parameters: "parameter 1 = 0xC0000046",
      when: "kernel",
    });
  });
});

describe("ruleOf", () => {
  it("gives a named rule its whole id", () => {
    const rule = ruleOf("invariant:no increment: is lost");
    expect(rule).toEqual({ ...RULES.invariant, id: "invariant:no increment: is lost" });
  });
});

describe("isRuleId", () => {
  it.each([...rules.map(({ id }) => id)])("judges %s", (id) => {
    const named = ["invariant", "at-end", "reachable"].includes(id);
    expect(isRuleId(id)).toBe(!named);
    expect(isRuleId(`${id}:x`)).toBe(named);
  });

  it.each(["", "constructor", "__proto__", "invariant:", ":x", "deadlock ", "toString:x"])(
    "refuses %j",
    (id) => {
      expect(isRuleId(id)).toBe(false);
    },
  );

  it("admits only ids that ruleOf resolves", () => {
    const ids: readonly RuleId[] = ["deadlock", "at-end:x", "reachable:y"];
    for (const id of ids) expect(ruleOf(id).id).toBe(id);
  });
});
