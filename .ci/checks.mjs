// Runs the checks of package.json (`check:*`), two at a time; says how long each took and, of those that
// failed, what they said. Names as arguments run only those: `node .ci/checks.mjs types lint`.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const atOnce = 2;

const { scripts } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
const known = Object.keys(scripts).flatMap((name) => (name.startsWith("check:") ? [name.slice(6)] : []));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
  process.exit(2);
}

const waiting = asked.length > 0 ? asked : known;
const failed = [];

async function check(name) {
  const start = performance.now();
  const outcome = await run("npm", ["run", "--silent", `check:${name}`], { maxBuffer: 2 ** 26 }).then(
    () => undefined,
    (error) => `${error.stdout ?? ""}${error.stderr ?? ""}` || String(error),
  );
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${outcome === undefined ? "passed" : "FAILED"}  ${name} (${seconds} s)`);
  if (outcome !== undefined) {
    failed.push(name);
    console.log(outcome.trimEnd());
  }
}

const queue = [...waiting];
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await check(name);
  }),
);
if (failed.length > 0) {
  console.error(`${String(failed.length)} of ${String(waiting.length)} checks failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
