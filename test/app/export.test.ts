/** `kecheck export`: what it prints, Spin accepts and judges as we do; what is wrong, it says. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasSpin, runSpin } from "../export/run-spin.ts";
import { kecheck, models } from "./run-command.ts";

const toPromela = (...rest: readonly string[]) =>
  kecheck(["export", `${models}/abba.ts`, "--to", "promela", ...rest]);

describe("a model as Promela", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kecheck-test-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("goes to standard output, with its lines and the commands to run it", async () => {
    const { code, stdout, stderr } = await toPromela();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^\/\* opposite orders \*\/\n/);
    expect(stdout).toContain("/* test/app/models/abba.ts:13 KeWaitForSingleObject(A) */");
    expect(stdout).toContain("/* spin -o1 -o2 -o3 -a FILE */");
    expect(stdout).not.toMatch(/pan -E/);
  });

  it("goes to a file instead, the same to the byte", async () => {
    const path = join(folder, "model.pml");
    const { code, stdout } = await toPromela("--rules", "ignore", "--out", path);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    const printed = await toPromela("--rules", "ignore");
    expect(await readFile(path, "utf8")).toBe(printed.stdout);
    expect(printed.stdout).toContain("/* ./pan -E -m1000000 */");
  });

  it("is not written where it cannot be", async () => {
    const { code, stderr } = await toPromela("--out", join(folder, "missing", "model.pml"));
    expect(code).toBe(2);
    expect(stderr).toContain("[unwritable-file]");
  });

  it.skipIf(!hasSpin)("deadlocks in Spin for the parameters for which it does here", async () => {
    const checked = await kecheck(["check", `${models}/abba.ts`, "--reduce", "none", "--json"]);
    const { states } = JSON.parse(checked.stdout).results[0].statistics;
    const broken = runSpin((await toPromela()).stdout, { run: ["-c0", "-e"] });
    expect(broken).toMatchObject({ states, assertions: [], invalidEnd: true });
    const { stdout } = await toPromela("--param", "ORDERED=1");
    expect(runSpin(stdout, { run: [] })).toMatchObject({ assertions: [], invalidEnd: false });
  });
});

describe("what cannot be exported", () => {
  it.each([
    [["abba.ts", "--to", "promla"], "no model is exported to promla", "did you mean promela?"],
    [["abba.ts", "--to", "smv"], "no model is exported to smv", "--to is one of: promela"],
    [["missing.ts", "--to", "promela"], "there is no file test/app/models/missing.ts", ""],
    [["abba.ts", "--to", "promela", "--param", "ORDRED=1"], "has no parameter ORDRED", "ORDERED"],
    [["abba.ts", "--to", "promela", "--faults", "nap"], "no failure of class nap", "nothing that"],
    [["abba.ts"], "required option '--to <TARGET>'", ""],
  ])("%j is refused", async ([name = "", ...rest], says, hint) => {
    const { code, stdout, stderr } = await kecheck(["export", `${models}/${name}`, ...rest]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).toContain(hint);
  });
});
