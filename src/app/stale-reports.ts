/**
 * Takes away the reports that a whole run over folders of models did not write again: their model, or their finding, is
 * gone. Otherwise a gallery would go on showing what no model does any more.
 *
 * Careful, since the folder may hold what others put there: only files of the formats just written, whose names say
 * that they are reports, and only where reports of these models lie. `bench/` is left alone.
 */
import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { reportedBy } from "./report-name.ts";

/** Folder of measurements beside the gallery; what is in it is no report of a model. */
const UNTOUCHED = "bench";

/** What a run wrote, below the folder `out`. */
export interface Written {
  /** Folders all of whose models were run; "" stands for `out` itself. */
  readonly folders: readonly string[];
  /** Extensions written, of reports on findings and of state graphs. */
  readonly extensions: Readonly<Record<"finding" | "graph", readonly string[]>>;
  /** Paths relative to `out`, with forward slashes. */
  readonly files: ReadonlySet<string>;
}

/** Removes stale reports and folders that are empty without them; returns how many reports. */
export async function removeStaleReports(out: string, written: Written): Promise<number> {
  let count = 0;
  for (const folder of written.folders) count += await removeBelow(out, folder, written);
  return count;
}

async function removeBelow(out: string, folder: string, written: Written): Promise<number> {
  const entries = await readdir(join(out, folder), { withFileTypes: true }).catch(() => []);
  let count = 0;
  for (const entry of entries) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (path === UNTOUCHED) continue;
      const removed = await removeBelow(out, path, written);
      if (removed > 0) await rmdir(join(out, path)).catch(() => undefined);
      count += removed;
    } else if (entry.isFile() && isStale(path, written)) {
      await rm(join(out, path));
      count += 1;
    }
  }
  return count;
}

function isStale(path: string, { extensions, files }: Written): boolean {
  if (files.has(path)) return false;
  return (["finding", "graph"] as const).some((kind) =>
    extensions[kind].some(
      (one) => path.endsWith(`.${one}`) && reportedBy(path.slice(0, -one.length - 1)) === kind,
    ),
  );
}
