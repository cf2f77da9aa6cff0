import { execFile } from "node:child_process";
import {
  access,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { removeFolder } from "../support/remove-folder.ts";
import { root } from "./repository.ts";

const run = promisify(execFile);
let folder = "";

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};
const exists = (path: string): Promise<boolean> =>
  access(join(folder, path)).then(
    () => true,
    () => false,
  );

/** Runs a program of the small repository; the exit code and both outputs together. */
async function node(...args: string[]): Promise<{ code: number; said: string }> {
  const outcome = await run(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: "" },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  return { code: outcome.code, said: `${outcome.stdout}${outcome.stderr}` };
}
const build = (...args: string[]): ReturnType<typeof node> => node("deploy/build.mjs", ...args);

describe("deploy/build.mjs", () => {
  // Each starts several processes.
  jest.setTimeout(240_000);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "build-"));
    await mkdir(join(folder, "deploy"));
    for (const name of ["build.mjs", "bundle.mjs", "compile.mjs"])
      await copyFile(join(root, "deploy", name), join(folder, "deploy", name));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    await write("package.json", '{ "type": "module" }');
    await write("core/word.ts", 'export type Word = string;\nexport const word: Word = "whole";\n');
    await write("core/word.test.ts", 'import "./word.ts";\n');
    await write("adapters/postgres/migrations/0001_first.sql", "select 1;\n");
    await write("adapters/postgres/README.md", "For whoever reads the sources.\n");
    await write("deploy/demo-company/pages/leave.md", "# Leave\n");
    await write(
      "main.ts",
      [
        'import { readFileSync } from "node:fs";',
        'import { z } from "zod";',
        'import { type Word, word } from "./core/word.ts";',
        'const sql = readFileSync(new URL("./adapters/postgres/migrations/0001_first.sql", import.meta.url), "utf8");',
        'const { where, later }: { where: string; later: Word } = await import("./core/later.ts");',
        "console.log(z.string().parse(word), later, sql.trim(), where);",
      ].join("\n"),
    );
    await write(
      "core/later.ts",
      [
        'import { word } from "./word.ts";',
        'export const where = new URL(import.meta.url).pathname.split("/dist/")[1];',
        "export const later = word;",
      ].join("\n"),
    );
  });
  afterEach(() => removeFolder(folder));

  it("makes code that runs, finds its assets, and names no folder of this machine", async () => {
    expect(await build()).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^built the code \(.* s\)\n$/),
    });
    expect(await node("dist/main.js")).toEqual({ code: 0, said: "whole whole select 1; core/later.js\n" });
    const files = await readdir(join(folder, "dist"), { recursive: true, withFileTypes: true });
    expect(await exists("dist/deploy/demo-company/pages/leave.md")).toBe(true);
    expect(await exists("dist/adapters/postgres/README.md")).toBe(false);
    // Few files, however many the packages have.
    expect(files.length).toBeLessThan(15);
    for (const file of files.filter((entry) => entry.isFile()))
      expect(await readFile(join(file.parentPath, file.name), "utf8")).not.toContain(folder);
  });

  it("does nothing, and says nothing before a start, while nothing changed", async () => {
    await build();
    expect(await build()).toEqual({ code: 0, said: "dist/ is up to date\n" });
    expect(await build("--if-stale")).toEqual({ code: 0, said: "" });
  });

  it("needs no package but those that are left alone", async () => {
    await build();
    await rm(join(folder, "node_modules"));
    expect((await node("dist/main.js")).said).toContain("whole whole");
  });

  it("follows a change, a lost output and a removed source", async () => {
    await build();
    const [chunk] = await readdir(join(folder, "dist/chunks"));
    await rm(join(folder, "dist/chunks", chunk!));
    expect((await build("--if-stale")).said).toContain("built the code");
    expect((await node("dist/main.js")).code).toBe(0);
    await rm(join(folder, "core/later.ts"));
    await write("main.ts", 'import { word } from "./core/word.ts";\nconsole.log(word);\n');
    await write("core/word.ts", 'export const word = "changed";\nexport type Word = string;\n');
    expect((await build("--if-stale")).said).toContain("built the code");
    expect((await node("dist/main.js")).said).toBe("changed\n");
    expect(await exists(`dist/chunks/${chunk!}`)).toBe(false);
  });

  it("fails where an import of its own leads nowhere", async () => {
    await write("core/word.ts", 'export { word } from "./absent.ts";\nexport type Word = string;\n');
    const { code, said } = await build();
    expect(code).toBe(1);
    expect(said).toContain("absent.ts");
  });

  it("fails with the place of a fault, and builds again once it is mended", async () => {
    await write("core/word.ts", "export const word = ;\n");
    const { code, said } = await build("--if-stale");
    expect(code).toBe(1);
    expect(said).toContain("Building the code failed.");
    expect(said).toMatch(/word\.ts/);
    await write("core/word.ts", 'export const word = "mended";\n');
    expect((await build("--if-stale")).code).toBe(0);
  });

  it("keeps what was built where the development packages are absent, and says how to get it otherwise", async () => {
    await build();
    await rm(join(folder, "node_modules"));
    await write("core/word.ts", 'export const word = "newer";\n');
    const kept = await build("--if-stale");
    expect(kept).toEqual({
      code: 0,
      said: "The development packages are not installed: dist/ is used as it was built.\n",
    });
    await rm(join(folder, "dist"), { recursive: true });
    const missing = await build();
    expect(missing.code).toBe(1);
    expect(missing.said).toContain("Run `npm install` without --omit=dev");
  });
});
