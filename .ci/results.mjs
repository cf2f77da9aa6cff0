// Reads what Jest has found.
//   node .ci/results.mjs failed FILE         the test files that failed, a line each
//   node .ci/results.mjs tell FILE [AGAIN]   "N passed, N failed, N skipped"; exits with 1 if a test failed, or none passed
// AGAIN is what Jest found when it ran the failed files once more: it stands for them.
import { existsSync, readFileSync } from "node:fs";

const [task, first, again] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, "utf8")).testResults;

if (task === "failed") {
  for (const { name, status } of read(first)) if (status === "failed") console.log(name);
} else {
  const files = new Map(read(first).map((file) => [file.name, file]));
  if (again && existsSync(again)) for (const file of read(again)) files.set(file.name, file);
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of files.values()) {
    const of = { passed: 0, failed: 0, skipped: 0 };
    for (const test of assertionResults)
      of[test.status === "passed" || test.status === "failed" ? test.status : "skipped"] += 1;
    // A file that could not be loaded counts as one failure: its tests never began.
    if (status === "failed" && of.failed === 0) of.failed = 1;
    for (const key of Object.keys(count)) count[key] += of[key];
  }
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
}
