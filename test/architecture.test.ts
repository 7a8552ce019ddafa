/**
 * Style as tests that read the sources: layers, sizes, names and what the project must not contain.
 *
 * A ratchet: a limit may be tightened, never loosened. Each rule is a function from files to
 * complaints, and is also shown a planted offence, so that no rule can pass by reading nothing.
 */
import { describe, expect, it } from "vitest";
import {
  importsOf,
  readFiles,
  type SourceFile,
  targetOf,
  topLevelNames,
} from "./architecture/sources.ts";

/** Each folder's layer, and all that it may import besides itself and support. */
const folders: Readonly<Record<string, { layer: number; imports: readonly string[] }>> = {
  support: { layer: 0, imports: [] },
  ir: { layer: 1, imports: [] },
  semantics: { layer: 2, imports: ["ir"] },
  kernel: { layer: 2, imports: ["ir"] },
  export: { layer: 2, imports: ["ir"] },
  lower: { layer: 3, imports: ["kernel", "ir"] },
  engine: { layer: 3, imports: ["ir"] },
  "engine/stateless": { layer: 3, imports: ["engine", "semantics", "ir"] },
  trace: { layer: 3, imports: ["semantics", "ir"] },
  library: { layer: 4, imports: ["lower", "kernel", "ir"] },
  dsl: { layer: 5, imports: ["library", "lower", "kernel", "ir"] },
  "frontend/rust": { layer: 5, imports: ["library", "lower", "kernel", "ir"] },
  "frontend/c": { layer: 5, imports: ["library", "lower", "kernel", "ir"] },
  report: { layer: 5, imports: ["trace", "ir"] },
  explain: { layer: 5, imports: ["engine", "engine/stateless", "trace", "semantics", "ir"] },
  app: {
    layer: 6,
    imports: [
      ...["dsl", "frontend/rust", "frontend/c", "report", "explain", "library", "lower"],
      ...["trace", "engine", "engine/stateless", "semantics", "kernel", "export", "ir"],
    ],
  },
};

/** The two parts of one folder, of which only one has a privilege. */
const sameFolder = (from: string, to: string) =>
  from === to || (from === "engine" && to === "engine/stateless");

const linesMax = 400;
const linesUnexplainedMax = 250;
const readmeLinesMax = 40;

const sources = readFiles("src");
const code = sources.filter((file) => /\.[cm]?[jt]sx?$/.test(file.path));
const project = readFiles(
  ...["src", "test", "models", "reports", ".ci", "package.json", "package-lock.json", "README.md"],
  ...["tsconfig.json", "LICENSE", ".biome.json", ".npmrc", ".gitignore", ".gitattributes"],
  ".editorconfig",
);

type Rule = (files: readonly SourceFile[]) => string[];

/** Checks the files, then that the rule sees an offence planted beside an innocent. */
function holds(rule: Rule, files: readonly SourceFile[], offences: Record<string, string>) {
  it("holds", () => expect(rule(files)).toEqual([]));
  for (const [path, text] of Object.entries(offences)) {
    it(`notices ${path}: ${text.trim().split("\n")[0]?.slice(0, 60)}`, () =>
      expect(rule([{ path, text }])).not.toEqual([]));
  }
}

/** The longest folder of the table that a path lies in. */
function folderOf(path: string): string | undefined {
  const [root, first, second, third] = path.split("/");
  if (root !== "src" || second === undefined) return undefined;
  const nested = `${first}/${second}`;
  if (third !== undefined && nested in folders) return nested;
  return first !== undefined && first in folders ? first : undefined;
}

const inTable: Rule = (files) =>
  files
    .filter((file) => folderOf(file.path) === undefined && file.path !== "src/tsconfig.json")
    .map((file) => `${file.path} lies in no folder of the layer table`);

const respectLayers: Rule = (files) =>
  files.flatMap((file) => importsOf(file).flatMap((specifier) => complainOf(file, specifier)));

function complainOf(file: SourceFile, specifier: string): string[] {
  const target = targetOf(file, specifier);
  const from = folderOf(file.path);
  if (target === undefined || from === undefined) return [];
  const to = folderOf(target);
  if (to === undefined) return [`${file.path} imports ${target}, which is in no layer`];
  if (sameFolder(from, to) || to === "support") return [];
  if (folders[from]?.imports.includes(to)) return [];
  const allowed = ["support", ...(folders[from]?.imports ?? [])].join(", ");
  return [`${file.path} imports ${target}, but ${from}/ may import only ${allowed}`];
}

const nameExtensions: Rule = (files) =>
  files.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => specifier.startsWith(".") && !/\/$|\.\w+$/.test(specifier))
      .map((specifier) => `${file.path} imports "${specifier}" without its extension`),
  );

/** No file but the allowed ones imports a package (or a part of it). */
function keepsPackage(name: RegExp, allowed: (path: string) => boolean): Rule {
  return (files) =>
    files.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => name.test(specifier) && !allowed(file.path))
        .map((specifier) => `${file.path} must not import ${specifier}`),
    );
}

const stayShort: Rule = (files) =>
  files.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split("\n").length;
    if (lines > linesMax) return [`${path} has ${lines} lines; never over ${linesMax}: split it`];
    const explained = /^(?:#!.*\n)?\s*\/[*/]/.test(text);
    if (lines <= linesUnexplainedMax || explained) return [];
    return [`${path} has ${lines} lines; over ${linesUnexplainedMax} a header must say why`];
  });

const haveReadmes: Rule = (files) => {
  const parents = files.flatMap(({ path }) => {
    const parts = path.split("/").slice(0, -1);
    return parts.slice(1).map((_, index) => parts.slice(0, index + 2).join("/"));
  });
  const readmes = new Set(files.map((file) => file.path));
  return [...new Set(parents)]
    .filter((folder) => !readmes.has(`${folder}/README.md`))
    .map((folder) => `${folder}/ has no README.md`);
};

const keepReadmesShort: Rule = (files) =>
  files
    .filter((file) => file.path.endsWith("/README.md"))
    .flatMap(({ path, text }) => {
      const marker = "<!-- /?generated[^>]*-->";
      const written = text.replaceAll(new RegExp(`${marker}[^]*?${marker}`, "g"), "");
      const lines = written.trimEnd().split("\n").length;
      return lines > readmeLinesMax
        ? [`${path} has ${lines} lines; at most ${readmeLinesMax}`]
        : [];
    });

/** No file contains a match; the complaint names the line. */
function lack(pattern: RegExp, instead: string): Rule {
  return (files) =>
    files.flatMap(({ path, text }) =>
      text
        .split("\n")
        .flatMap((line, index) =>
          pattern.test(line)
            ? [`${path}:${index + 1}: ${line.trim().slice(0, 80)} (${instead})`]
            : [],
        ),
    );
}

const nameWell: Rule = (files) => {
  const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)+$/;
  const vague = /^(?:.*-)?(?:utils?|helpers?|managers?|types)\.\w+$/;
  const registries = ["src/kernel/index.ts", "src/app/index.ts"];
  return files.flatMap(({ path }) => {
    const name = path.split("/").at(-1) ?? "";
    if (name === "README.md") return [];
    if (!kebab.test(name)) return [`${path} is not in kebab-case`];
    if (vague.test(name)) return [`${path} is not named for its main export`];
    if (/^index\.\w+$/.test(name) && !registries.includes(path)) return [`${path} is a barrel`];
    return [];
  });
};

/** Scripts run in cmd.exe too, where only && joins commands and only " quotes. */
const runOnWindows: Rule = (files) =>
  files
    .filter((file) => file.path === "package.json")
    .flatMap((file) => Object.entries<string>(JSON.parse(file.text).scripts ?? {}))
    .filter(([, script]) =>
      script
        .split("&&")
        .some((command) =>
          /^\s*(?:rm|cp|mv|mkdir|export|cat|test|\w+=\S*)\s|[$'`;&|]/.test(`${command} `),
        ),
    )
    .map(([name, script]) => `script ${name} needs a POSIX shell: ${script}`);

describe("the layer table", () => {
  it("lets nothing import its own layer or a higher one", () => {
    for (const [from, { layer, imports }] of Object.entries(folders)) {
      for (const to of imports) {
        if (from.startsWith(`${to}/`)) continue;
        expect(folders[to]?.layer, `${from} → ${to}`).toBeLessThan(layer);
      }
    }
  });
});

describe("every source file lies in a folder of the table", () => {
  holds(inTable, sources, {
    "src/helper.ts": "",
    "src/misc/sort.ts": "",
    "src/frontend/go/a.ts": "",
  });
});

describe("imports respect the layers", () => {
  holds(respectLayers, code, {
    "src/ir/a.ts": 'import { b } from "../kernel/b.ts";',
    "src/kernel/a.ts": 'import type { B } from "../semantics/b.ts";',
    "src/engine/explicit/a.ts": 'import {\n  type B,\n  c,\n} from "../../semantics/b.ts";',
    "src/engine/stateless/a.ts": 'export * from "../../kernel/b.ts";',
    "src/frontend/c/a.ts": 'import { b } from "../rust/b.ts";',
    "src/report/json/a.ts": 'const b = await import("../../engine/b.ts");',
    "src/explain/a.ts": 'import "../report/b.ts";',
    "src/app/a.ts": 'import { b } from "../../test/b.ts";',
    "src/support/a.ts": 'type B = import("../ir/b.ts").B;',
  });

  it("admits what the table admits", () => {
    const innocents = [
      { path: "src/engine/stateless/a.ts", text: 'import { b } from "../../semantics/b.ts";' },
      { path: "src/engine/stateless/c.ts", text: 'import { b } from "../visited.ts";' },
      { path: "src/engine/a.ts", text: 'import { b } from "./stateless/a.ts";' },
      { path: "src/report/html/a.ts", text: 'import { b } from "../../trace/b.ts";' },
      { path: "src/ir/a.ts", text: 'import { b } from "../support/assert.ts";' },
      { path: "src/app/a.ts", text: 'import { b } from "../frontend/rust/b.ts";' },
    ];
    expect(respectLayers(innocents)).toEqual([]);
  });
});

describe("relative imports carry their extension", () => {
  holds(nameExtensions, code, { "src/ir/a.ts": 'import { b } from "./b";' });
});

describe("ts-pattern stays out of the engine", () => {
  const rule = keepsPackage(/^ts-pattern/, (path) => !path.startsWith("src/engine/"));
  holds(rule, code, { "src/engine/a.ts": 'import { match } from "ts-pattern";' });
});

describe("graphology lives in src/report/graph.ts alone", () => {
  const rule = keepsPackage(/^graphology(?:$|\/)/, (path) => path === "src/report/graph.ts");
  holds(rule, code, { "src/report/gexf.ts": 'import Graph from "graphology";' });
});

describe("graphology's companions stay in src/report", () => {
  const rule = keepsPackage(/^graphology-/, (path) => path.startsWith("src/report/"));
  holds(rule, code, { "src/app/a.ts": 'import { write } from "graphology-gexf";' });
});

describe("files stay short", () => {
  holds(stayShort, code, {
    "src/ir/long.ts": `/** Header. */\n${"x;\n".repeat(linesMax)}`,
    "src/ir/unexplained.ts": "x;\n".repeat(linesUnexplainedMax + 1),
  });
});

describe("every folder under src has a README.md", () => {
  holds(haveReadmes, sources, { "src/ir/a.ts": "", "src/engine/README.md/a.ts": "" });
});

describe("a README.md of a folder stays short, generated tables apart", () => {
  holds(keepReadmesShort, sources, { "src/ir/README.md": "x\n".repeat(readmeLinesMax + 1) });

  it("does not count a generated table", () => {
    const text = `# a\n<!-- generated -->\n${"| x |\n".repeat(99)}<!-- generated -->\n`;
    expect(keepReadmesShort([{ path: "src/ir/README.md", text }])).toEqual([]);
  });
});

describe("a TODO names an issue", () => {
  const rule = lack(/\b(?:TODO|FIXME)\b(?!\(#\d+\))/, "write it with (#issue), or do it");
  holds(rule, sources, { "src/ir/a.ts": "// TODO: later", "src/ir/b.ts": "// FIXME soon" });
});

describe("no enum or namespace", () => {
  const declaration = /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?(?:enum|namespace)\s+\w+\s*\{/;
  const rule = lack(declaration, "a union of literals, or a module");
  holds(rule, code, { "src/ir/a.ts": "export const enum B {", "src/ir/b.ts": "namespace C {" });
});

describe("files are kebab-case and named for their main export", () => {
  const ours = sources.filter((file) => file.path !== "src/tsconfig.json");
  holds(nameWell, ours, {
    "src/ir/printProgram.ts": "",
    "src/ir/utils.ts": "",
    "src/ir/path-helpers.ts": "",
    "src/ir/types.ts": "",
    "src/ir/index.ts": "",
  });
});

describe("the top level holds only what it must", () => {
  it("holds", () => {
    const allowed = ["package.json", "package-lock.json", "tsconfig.json", "LICENSE", "README.md"];
    const folder = ["src", "models", "reports", "test"];
    expect([...allowed, ...folder]).toEqual(expect.arrayContaining(topLevelNames()));
  });
});

describe("no path of a machine", () => {
  const rule = lack(/(?<![\w.-])\/(?:work|root|home|tmp\/bash_jobs)\//, "a relative path");
  holds(rule, project, { "README.md": `see /${"work"}/main`, ".ci/run": `/${"tmp"}/bash_jobs/1` });
});

describe("the lock file names no registry", () => {
  const lock = project.filter((file) => file.path === "package-lock.json");
  holds(lack(/"resolved"/, "omit-lockfile-registry-resolved"), lock, {
    "package-lock.json": '"resolved": "https://',
  });
});

describe("package.json's scripts run in cmd.exe", () => {
  const scripts = (build: string) => JSON.stringify({ scripts: { build } });
  const offences = ["rm -r dist", "tsc && cp a b", "A=1 tsc", "echo $(tsc)", "tsc 'src'", "a & b"];
  holds(runOnWindows, project, { "package.json": scripts(offences[0] ?? "") });

  it.each(offences)("notices %s", (offence) => {
    expect(runOnWindows([{ path: "package.json", text: scripts(offence) }])).not.toEqual([]);
  });
});
