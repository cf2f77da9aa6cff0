// Builds what `npm start` runs into dist/: the database client, the code, and the page.
//
//   node deploy/build.mjs             after `npm install`
//   node deploy/build.mjs --if-stale  before `npm start`: silent when there is nothing to do
//
// A step is skipped while the contents of its inputs are what they were when it last ran. Types are
// checked elsewhere (`npm run check:types`); here they are only taken out.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { compile, filesUnder as filesBelow, inputsOf } from "./compile.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const silentWhenFresh = process.argv.includes("--if-stale");
const stampFile = "dist/.build.json";
const generatedClient = "adapters/postgres/prisma/generated";
const schema = "adapters/postgres/prisma/schema.prisma";

const at = (path) => join(root, path);
const isTest = (path) => /\.(test|fixture)\.tsx?$/.test(path);
const filesUnder = (path) => filesBelow(root, path);

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

async function compileCode(_inputs, previousOutputs) {
  const written = await compile({ root, output: at("dist") });
  const outputs = written.map((file) => `dist/${file}`);
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
    needs: "rolldown",
    inputs: () => inputsOf(root),
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
