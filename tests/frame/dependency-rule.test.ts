import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { removeFolder } from "../support/remove-folder.ts";
import { root, sourceFiles } from "./repository.ts";

interface Report {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly unknown[] }[];
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

/** Runs the same command as `npm run check:dependencies` in `folder`; it exits 0 here, as only text output fails. */
async function cruise(folder: string): Promise<Report> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
      ".",
      "--no-cache",
      "--output-type",
      "json",
    ],
    { cwd: folder, maxBuffer: 2 ** 27, env: { ...process.env, NODE_OPTIONS: "" } },
  );
  return JSON.parse(stdout) as Report;
}

/** Each file holds the one import; what is imported exists, so that only the rule can refuse it. */
const refused: readonly [file: string, imported: string, rule: string][] = [
  ["core/decide.ts", "../adapters/search/index-words.ts", "core-is-pure"],
  ["core/read.ts", "node:fs", "core-is-pure"],
  ["core/query.ts", "pg", "core-is-pure"],
  ["core/greet.ts", "../bots/web.ts", "core-is-pure"],
  ["core/plan.ts", "../workers/answer.ts", "core-is-pure"],
  ["core/decide.test.ts", "../adapters/search/index-words.ts", "core-tests-stay-in-core"],
  ["core/fake.ts", "../tests/support/clock.ts", "tests-stay-outside"],
  ["adapters/jira/open.ts", "../search/index-words.ts", "adapter-imports-core"],
  ["adapters/jira/settings.ts", "../config.ts", "adapter-imports-core"],
  ["adapters/jira/joined.ts", "../connect.ts", "adapter-imports-core"],
  ["adapters/jira/bot.ts", "../../bots/web.ts", "adapter-imports-core"],
  ["adapters/jira/open.test.ts", "../search/index-words.ts", "adapter-imports-core"],
  ["adapters/log.ts", "./search/index-words.ts", "adapter-file-imports-core"],
  ["adapters/jira/fake.ts", "../../tests/support/clock.ts", "tests-stay-outside"],
  ["adapters/jira/develop.ts", "jest", "no-development-package"],
  ["adapters/jira/unlisted.ts", "left-pad", "listed-packages-only"],
  ["adapters/jira/nowhere.ts", "./absent.ts", "no-unresolvable"],
  ["adapters/config.ts", "./search/index-words.ts", "config-imports-core"],
  ["adapters/connect.ts", "../bots/web.ts", "connect-joins-adapters"],
  ["bots/post.ts", "../workers/answer.ts", "bots-import-core"],
  ["bots/query.ts", "../adapters/search/index-words.ts", "bots-import-core"],
  ["workers/index.ts", "../adapters/search/index-words.ts", "workers-import-core"],
  ["workers/reply.ts", "../bots/web.ts", "workers-import-core"],
  ["bots/http/contract/turn.ts", "../../web.ts", "contract-runs-in-a-browser"],
  ["bots/http/contract/reach.ts", "express", "contract-runs-in-a-browser"],
  ["admin-web/src/server.ts", "../../bots/web.ts", "page-imports-contract"],
  ["admin-web/src/domain.ts", "../../core/ids.ts", "page-imports-contract"],
  ["admin-web/src/file.ts", "node:fs", "page-reaches-no-node"],
  ["deploy/pack.ts", "../bots/web.ts", "deploy-stands-alone"],
  ["core/circle-one.ts", "./circle-two.ts", "no-cycles"],
  ["core/lonely.ts", "", "no-orphans"],
];

const permitted: readonly [file: string, imported: string][] = [
  ["core/name.ts", "./ids.ts"],
  ["core/parse.ts", "zod"],
  ["core/seal.ts", "node:crypto"],
  ["core/name.test.ts", "../tests/support/clock.ts"],
  ["adapters/teams/parse.ts", "../../core/ids.ts"],
  ["adapters/teams/query.ts", "pg"],
  ["adapters/teams/read.ts", "node:fs"],
  ["adapters/teams/render.ts", "./read.ts"],
  ["adapters/teams/parse.test.ts", "../../tests/support/clock.ts"],
  ["bots/start.ts", "../adapters/connect.ts"],
  ["bots/listen.ts", "express"],
  ["bots/limits.ts", "../adapters/config.ts"],
  ["workers/start.ts", "../adapters/connect.ts"],
  ["workers/decide.ts", "../core/ids.ts"],
  ["main.ts", "./bots/web.ts"],
  ["bots/http/contract/ask.ts", "../../../core/ids.ts"],
  ["admin-web/src/ask.ts", "../../bots/http/contract/ask.ts"],
  ["admin-web/vite.config.ts", "node:fs"],
  ["tests/integration/whole.ts", "../../main.ts"],
];

const targets: readonly [file: string, text: string][] = [
  ["core/ids.ts", 'export { z as value } from "zod";'],
  ["core/circle-two.ts", 'export { value } from "./circle-one.ts";'],
  ["adapters/search/index-words.ts", 'export { value } from "../../core/ids.ts";'],
  ["bots/web.ts", 'export { value } from "../core/ids.ts";'],
  ["workers/answer.ts", 'export { value } from "../core/ids.ts";'],
  ["tests/support/clock.ts", 'export { value } from "../../core/ids.ts";'],
];

describe("the dependency rule", () => {
  let folder = "";
  let found: ReadonlyMap<string, readonly string[]> = new Map();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dependency-rule-"));
    await writeTree(folder);
    const { summary } = await cruise(folder);
    const byFile = new Map<string, string[]>();
    for (const { from, rule } of summary.violations)
      byFile.set(from, [...(byFile.get(from) ?? []), rule.name]);
    found = byFile;
  }, 240_000);
  afterAll(() => removeFolder(folder));

  it.each(refused)("refuses %s importing %s", (file, _imported, rule) => {
    expect(found.get(file) ?? []).toContain(rule);
  });

  it.each(permitted)("permits %s importing %s", (file) => {
    expect(found.get(file) ?? []).toEqual([]);
  });
});

describe("the repository", () => {
  it("is read whole, and keeps the rule", async () => {
    const { modules, summary } = await cruise(root);
    const code = sourceFiles().filter((path) =>
      /^(core|adapters|bots|workers|admin-web\/src|main).*\.tsx?$/.test(path),
    );
    const cruised = new Set(modules.map(({ source }) => source));
    expect(code.length).toBeGreaterThan(50);
    expect(code.filter((path) => !cruised.has(path))).toEqual([]);
    const withDependencies = modules.filter(
      ({ source, dependencies }) => code.includes(source) && dependencies.length > 0,
    );
    expect(withDependencies.length).toBeGreaterThan(code.length / 2);
    expect(summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`)).toEqual([]);
  }, 240_000);
});

async function writeTree(folder: string): Promise<void> {
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  for (const file of [".dependency-cruiser.cjs", "package.json", "tsconfig.json"])
    await copyFile(join(root, file), join(folder, file));
  for (const [file, text] of targets) await write(file, text);
  for (const [file, imported] of [...refused, ...permitted])
    await write(file, imported === "" ? "export const value = 1;" : `export * from "${imported}";`);
  for (const name of ["zod", "pg", "express", "jest", "left-pad"]) {
    await write(
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, type: "module", exports: "./index.js" }),
    );
    await write(`node_modules/${name}/index.js`, "export const z = 1;");
  }
  await symlink(join(root, "node_modules/typescript"), join(folder, "node_modules/typescript"));
}
