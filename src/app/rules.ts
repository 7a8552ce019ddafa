/** `kecheck rules`: what each rule means, what Windows does about it, where to read. */

import { errorDiagnostic } from "../ir/diagnostic.ts";
import { isRuleId, RULES, type Rule, ruleOf } from "../ir/rules.ts";
import { columns, entryLines, type Screen, screenOf } from "../report/glyphs.ts";
import { documentText, rulesDocument } from "../report/json/document.ts";
import type { OutputOptions } from "./command.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { nearest } from "./nearest.ts";
import { type Output, outputOf } from "./output.ts";

const GROUPS: Readonly<Record<Rule["group"], string>> = {
  locks: "Locks",
  waiting: "Waiting",
  irql: "IRQL",
  memory: "Memory",
  objects: "Threads and objects",
  program: "Program",
};

/** Prints the catalogue, or one rule in full. */
export function rulesCommand(id: string | undefined, options: OutputOptions): ExitCode {
  const output = outputOf({ ascii: options.ascii ?? false });
  const all: readonly Rule[] = Object.values(RULES);
  if (id === undefined) {
    output.print(options.json ? documentText(rulesDocument({})) : catalogue(all, output));
    return EXIT.holds;
  }
  const rule = ruleNamed(id);
  if (!rule) return unknownRule(id, all, output);
  output.print(options.json ? documentText(rulesDocument({}, [rule])) : ruleText(rule, output));
  return EXIT.holds;
}

/** A rule by its id; those with names of their own (`invariant:NAME`) also without. */
function ruleNamed(id: string): Rule | undefined {
  const plain: readonly Rule[] = Object.values(RULES);
  return plain.find((rule) => rule.id === id) ?? (isRuleId(id) ? ruleOf(id) : undefined);
}

function unknownRule(id: string, all: readonly Rule[], output: Output): ExitCode {
  const close = nearest(
    id,
    all.map((rule) => rule.id),
  );
  const fix = close === undefined ? "kecheck rules lists all" : `did you mean ${close}?`;
  output.complain([errorDiagnostic("unknown-rule", `there is no rule ${id}`, { fix })]);
  return EXIT.badModel;
}

function catalogue(rules: readonly Rule[], { terminal }: Output): string {
  const screen = screenOf(terminal);
  const width = Math.max(...rules.map(({ id }) => columns(id)));
  const groups = Object.entries(GROUPS).map(([group, title]) => {
    const members = rules.filter((rule) => rule.group === group);
    return [screen.paint("strong", title), ...members.map((rule) => ruleLine(screen, rule, width))];
  });
  return `${groups.map((lines) => lines.join("\n")).join("\n\n")}\n\nkecheck rules ID says more about one.\n`;
}

function ruleLine(screen: Screen, { id, severity, summary }: Rule, width: number): string {
  const note = severity === "warning" ? "(warning) " : "";
  return `  ${id.padEnd(width)}  ${screen.text(note + summary)}`;
}

function ruleText(rule: Rule, { terminal }: Output): string {
  const screen = screenOf(terminal);
  const checks = (when: string): string =>
    rule.bugChecks
      .filter((check) => check.when === when)
      .map(({ code, name, parameters }) =>
        parameters === undefined ? `${code} ${name}` : `${code} ${name} (${parameters})`,
      )
      .join(", ");
  const lines = [
    `${screen.paint("strong", screen.text(rule.id))}  ${rule.severity}`,
    ...entryLines(screen, "means", rule.summary),
    ...entryLines(screen, "advice", rule.advice),
    ...entryLines(screen, "Windows", checks("kernel")),
    ...entryLines(screen, "Verifier", checks("verifier")),
    ...entryLines(screen, "read", rule.documentation ?? ""),
  ];
  return `${lines.join("\n")}\n`;
}
