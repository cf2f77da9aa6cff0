// Builds what `npm start` runs into dist/: the database client, the code, and the page.
//
//   node deploy/build.mjs             after `npm install`
//   node deploy/build.mjs --if-stale  before `npm start`: silent when there is nothing to do
//
// A step is skipped while the contents of its inputs are what they were when it last ran. Types are
// checked elsewhere (`npm run check:types`); here they are only taken out.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const silentWhenFresh = process.argv.includes("--if-stale");
const stampFile = "dist/.build.json";
const codeFolders = ["core", "adapters", "bots", "workers"];
/** Read at run time by code that finds it relative to itself, in the sources and in dist alike. */
const assetFolders = ["deploy/demo-company", "manifests/teams"];
const generatedClient = "adapters/postgres/prisma/generated";
const schema = "adapters/postgres/prisma/schema.prisma";

const at = (path) => join(root, path);
const isTest = (path) => /\.(test|fixture)\.tsx?$/.test(path);
const isCode = (path) => path.endsWith(".ts") && !path.endsWith(".d.ts") && !isTest(path);
const isAsset = (path) => !/\.(tsx?|prisma|md|snap)$/.test(path);

/** The files under `path`, itself if it is one, as sorted paths relative to the root; none if it is absent. */
function filesUnder(path) {
  if (!existsSync(at(path))) return [];
  if (statSync(at(path)).isFile()) return [path];
  const entries = readdirSync(at(path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of ["deploy/build.mjs", ...files]) {
    hash.update(`\0${file}\0`);
    hash.update(readFileSync(at(file)));
  }
  return hash.digest("hex");
}

/** `files` and what they import by relative paths, so that a change of core rebuilds the page only if it shows it. */
function withImports(files) {
  const found = new Set(files);
  for (const file of found) {
    if (!/\.tsx?$/.test(file)) continue;
    for (const [, specifier] of readFileSync(at(file), "utf8").matchAll(/(?:from|import) "(\.[^"]+)"/g)) {
      const imported = join(dirname(file), specifier);
      if (existsSync(at(imported))) found.add(imported);
    }
  }
  return [...found].sort();
}

/** Runs a package's program by this Node; its output is shown only if it fails. */
async function runTool(program, args, environment = {}) {
  try {
    await promisify(execFile)(process.execPath, [at(`node_modules/${program}`), ...args], {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1", ...environment },
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    throw new Error(`${error.stdout ?? ""}${error.stderr ?? ""}`.trim() || String(error), {
      cause: error,
    });
  }
}

/** Prisma generates without its schema engine, which it would download: any file that exists stands for it. */
async function generateClient() {
  await runTool("prisma/build/index.js", ["generate", "--no-hints", "--schema", schema], {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  });
  return filesUnder(generatedClient);
}

async function compileFile(transformFile, source) {
  const output = `dist/${source.replace(/\.ts$/, ".js")}`;
  const { code, map } = await transformFile(at(source), {
    swcrc: false,
    configFile: false,
    sourceMaps: true,
    inlineSourcesContent: false,
    sourceFileName: relative(dirname(output), source),
    module: { type: "es6" },
    jsc: {
      target: "es2023",
      parser: { syntax: "typescript" },
      transform: { verbatimModuleSyntax: true },
      rewriteRelativeImportExtensions: true,
    },
  });
  await mkdir(at(dirname(output)), { recursive: true });
  await writeFile(at(`${output}.map`), map);
  await writeFile(at(output), `${code}//# sourceMappingURL=${output.split("/").at(-1)}.map\n`);
  return [output, `${output}.map`];
}

async function copyAsset(source) {
  await cp(at(source), at(`dist/${source}`));
  return [`dist/${source}`];
}

async function compileCode(inputs, previousOutputs) {
  const { transformFile } = await import("@swc/core");
  const outputs = await Promise.all(
    inputs.map((file) => (isCode(file) ? compileFile(transformFile, file) : copyAsset(file))),
  ).then((lists) => lists.flat());
  for (const output of previousOutputs) if (!outputs.includes(output)) rmSync(at(output), { force: true });
  return outputs;
}

async function buildPage() {
  await runTool("vite/bin/vite.js", [
    "build",
    "admin-web",
    "--logLevel",
    "warn",
    "--outDir",
    at("dist/admin-web"),
  ]);
  return filesUnder("dist/admin-web");
}

const steps = {
  client: {
    title: "database client",
    needs: "prisma",
    inputs: () => (existsSync(at(schema)) ? [schema, ...filesUnder("node_modules/prisma/package.json")] : []),
    run: generateClient,
  },
  code: {
    title: "code",
    needs: "@swc/core",
    inputs: () => [
      ...filesUnder("main.ts"),
      ...codeFolders.flatMap(filesUnder).filter((file) => isCode(file) || isAsset(file)),
      ...assetFolders.flatMap(filesUnder),
    ],
    run: compileCode,
  },
  page: {
    title: "page",
    needs: "vite",
    inputs: () =>
      existsSync(at("admin-web/index.html"))
        ? [
            ...withImports(filesUnder("admin-web").filter((file) => !isTest(file))),
            ...filesUnder("package-lock.json"),
          ]
        : [],
    run: buildPage,
  },
};

const stamp = existsSync(at(stampFile)) ? JSON.parse(readFileSync(at(stampFile), "utf8")) : {};
const stale = (name, inputs) =>
  inputs.length > 0 &&
  (stamp[name]?.hash !== hashOf(inputs) || !stamp[name].outputs.every((output) => existsSync(at(output))));

/** Runs the step if its inputs changed; its stamp is written at once, so that a later failure repeats nothing. */
async function build(name) {
  const { title, needs, inputs: list, run } = steps[name];
  const inputs = list();
  if (!stale(name, inputs)) return;
  if (!existsSync(at(`node_modules/${needs}/package.json`))) throw new MissingPackage(needs);
  const start = performance.now();
  const outputs = await run(inputs, stamp[name]?.outputs ?? []).catch((error) => {
    throw new Error(`Building the ${title} failed.\n${error.message}`, { cause: error });
  });
  stamp[name] = { hash: hashOf(inputs), outputs };
  mkdirSync(at("dist"), { recursive: true });
  writeFileSync(at(stampFile), JSON.stringify(stamp));
  built.push(name);
  console.log(`built the ${title} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

class MissingPackage extends Error {}
const built = [];

const outcomes = await Promise.allSettled([build("client").then(() => build("code")), build("page")]);
const errors = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
const failures = errors.filter((error) => !(error instanceof MissingPackage));

for (const error of failures) console.error(error.message);
if (failures.length > 0) {
  process.exitCode = 1;
} else if (errors.length > 0 && existsSync(at("dist/main.js"))) {
  console.log("The development packages are not installed: dist/ is used as it was built.");
} else if (errors.length > 0) {
  console.error(
    `dist/ is not built, and the packages that build it are not installed (${errors.map((error) => error.message).join(", ")}). ` +
      "Run `npm install` without --omit=dev and with NODE_ENV unset, or bring a built dist/ along.",
  );
  process.exitCode = 1;
} else if (built.length === 0 && !silentWhenFresh) {
  console.log("dist/ is up to date");
}
