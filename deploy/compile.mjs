// Makes the program that Node runs out of its sources: each entry joined with what it needs, and what is read at run time.
import { existsSync, readdirSync, statSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join, relative } from "node:path";

const codeFolders = ["core", "adapters", "bots", "workers"];
/** Read at run time by code that finds it relative to itself, in the sources and beside the compiled code alike. */
const assetFolders = ["deploy/demo-company", "manifests/teams"];
/** What is started as a process or a thread. */
const entries = [
  "main.ts",
  "bots/cli/main.ts",
  "workers/thread-main.ts",
  "adapters/extraction/child-main.ts",
];

const isTest = (path) => /\.(test|fixture)\.tsx?$/.test(path);
const isCode = (path) => path.endsWith(".ts") && !path.endsWith(".d.ts") && !isTest(path);
const isAsset = (path) => !/\.(tsx?|prisma|md|snap)$/.test(path);

/** The files under `path`, itself if it is one, as sorted paths relative to `root`; none if it is absent. */
export function filesUnder(root, path) {
  if (!existsSync(join(root, path))) return [];
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

/** Everything that the compiled program depends on, relative to `root`. */
export const inputsOf = (root) => [
  ...["deploy/bundle.mjs", "deploy/compile.mjs", "main.ts", "package-lock.json"].flatMap((file) =>
    filesUnder(root, file),
  ),
  ...codeFolders
    .flatMap((folder) => filesUnder(root, folder))
    .filter((file) => isCode(file) || isAsset(file)),
  ...assetFolders.flatMap((folder) => filesUnder(root, folder)),
];

/**
 * Compiles the program in `root`, and further entries of it, into `output`. Returns the written files, relative to `output`.
 * Throws where a source is faulty.
 */
export async function compile({ root, output, further = [] }) {
  const { bundle } = await import("./bundle.mjs");
  const present = [...entries, ...further].filter((entry) => existsSync(join(root, entry)));
  const outputs = await bundle({ root, entries: present, output });
  const assets = [
    ...codeFolders.flatMap((folder) => filesUnder(root, folder)).filter(isAsset),
    ...assetFolders.flatMap((folder) => filesUnder(root, folder)),
  ];
  for (const asset of assets) await cp(join(root, asset), join(output, asset));
  return [...outputs, ...assets];
}
